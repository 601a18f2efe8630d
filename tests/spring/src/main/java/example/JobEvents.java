package example;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.annotation.Argument;
import org.springframework.amqp.rabbit.annotation.Exchange;
import org.springframework.amqp.rabbit.annotation.Queue;
import org.springframework.amqp.rabbit.annotation.QueueBinding;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.stereotype.Component;

@Component
class JobEvents {
    private static final Logger log = LoggerFactory.getLogger(JobEvents.class);

    private final Drawings drawings;
    private final ObjectMapper json;

    JobEvents(Drawings drawings, ObjectMapper json) {
        this.drawings = drawings;
        this.json = json;
    }

    @RabbitListener(bindings = @QueueBinding(
            value = @Queue(
                    name = "backend.job-events",
                    durable = "true",
                    arguments = @Argument(name = "x-queue-type", value = "quorum")),
            exchange = @Exchange(name = "events", type = "topic"),
            key = {"job.completed", "job.failed", "job.dead"}))
    void on(Message message, Channel channel) throws IOException {
        long tag = message.getMessageProperties().getDeliveryTag();
        try {
            apply(json.readTree(message.getBody()));
            channel.basicAck(tag, false);
        } catch (IOException | RuntimeException error) {
            log.error("an event could not be applied; it comes again", error);
            channel.basicNack(tag, false, true);
        }
    }

    private void apply(JsonNode event) {
        String id = event.get("id").asText();
        if (drawings.knows(id)) {
            return; // events come at least once
        }
        JsonNode data = event.get("data");
        String job = data.get("job_id").asText();
        JsonNode error = data.path("error");
        switch (data.get("status").asText()) {
            case "completed" -> drawings.completed(id, job, data.get("result_path").asText());
            case "failed", "dead" -> drawings.failed(id, job, error.get("code").asText(), error.get("remedy").asText());
            default -> log.debug("a status of a later version: {}", data.get("status"));
        }
    }
}
