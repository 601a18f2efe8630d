package example;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.stereotype.Component;

@Component
class Jobs {
    private final RabbitTemplate rabbit;
    private final ObjectMapper json;

    Jobs(RabbitTemplate rabbit, ObjectMapper json) {
        this.rabbit = rabbit;
        this.json = json;
    }

    /** Returns once the job is safe in its queue. After an exception, publish the same job again. */
    void publish(Job job, String kind)
            throws JsonProcessingException, InterruptedException, ExecutionException, TimeoutException {
        Message message = MessageBuilder.withBody(json.writeValueAsBytes(job))
                .setContentType(MessageProperties.CONTENT_TYPE_JSON)
                .setDeliveryMode(MessageDeliveryMode.PERSISTENT)
                .setMessageId(job.jobId())
                .setTimestamp(Date.from(Instant.now()))
                .build();
        CorrelationData sent = new CorrelationData(job.jobId());
        rabbit.send("tasks", kind, message, sent);
        CorrelationData.Confirm confirm = sent.getFuture().get(10, TimeUnit.SECONDS);
        if (!confirm.isAck()) {
            throw new AmqpException("the broker refused it: " + confirm.getReason());
        }
        if (sent.getReturned() != null) { // always set before the confirm comes
            throw new AmqpException("no queue takes it: " + sent.getReturned().getReplyText());
        }
    }
}
