package example;

import java.util.Map;
import java.util.Scanner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.amqp.RabbitTemplateCustomizer;
import org.springframework.context.annotation.Bean;

/** Reads lines "kind job_id file_path" and publishes a job for each; prints a line for all that happens. */
@SpringBootApplication
class Backend {
    private static final Logger log = LoggerFactory.getLogger(Backend.class);

    public static void main(String[] arguments) {
        SpringApplication.run(Backend.class, arguments).close();
    }

    @Bean
    RabbitTemplateCustomizer returns() {
        return template -> template.setReturnsCallback(returned -> log.error(
                "no queue takes {}: {}", returned.getRoutingKey(), returned.getMessage().getMessageProperties()));
    }

    @Bean
    CommandLineRunner lines(Jobs jobs) {
        return arguments -> {
            say("ready");
            Scanner lines = new Scanner(System.in);
            while (lines.hasNextLine()) {
                String[] words = lines.nextLine().split(" ");
                try {
                    jobs.publish(new Job(words[1], words[2], null, Map.of("preview", false)), words[0]);
                    say("published " + words[1]);
                } catch (Exception error) {
                    say("unpublished " + words[1] + ": " + error.getMessage());
                }
            }
        };
    }

    @Bean
    Drawings drawings() {
        Set<String> known = ConcurrentHashMap.newKeySet();
        return new Drawings() {
            @Override
            public boolean knows(String eventId) {
                if (known.contains(eventId)) {
                    say("again " + eventId);
                    return true;
                }
                return false;
            }

            @Override
            public void completed(String eventId, String jobId, String resultPath) {
                known.add(eventId);
                say("completed " + jobId + " " + resultPath);
            }

            @Override
            public void failed(String eventId, String jobId, String code, String remedy) {
                known.add(eventId);
                say("failed " + jobId + " " + code);
            }
        };
    }

    private static synchronized void say(String line) {
        System.out.println("> " + line);
    }
}
