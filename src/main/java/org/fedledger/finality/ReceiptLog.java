package org.fedledger.finality;

import java.util.List;
import org.fedledger.rlp.MalformedRlpException;
import org.fedledger.rlp.Rlp;
import org.fedledger.types.Address;

/**
 * What a contract logged (Yellow Paper, section 4.3.1).
 *
 * @param topics at most four, of 32 bytes each; the first is an event's signature
 * @param data the rest of the event
 */
public record ReceiptLog(Address address, List<Rlp.Text> topics, Rlp.Text data) {

  private static final int MOST_TOPICS = 4;
  private static final int TOPIC = 32;

  public ReceiptLog {
    topics = List.copyOf(topics);
    if (topics.size() > MOST_TOPICS) {
      throw new MalformedRlpException("a log has %d topics".formatted(topics.size()));
    }
    topics.forEach(topic -> topic.asText("a topic", TOPIC));
  }

  Rlp rlp() {
    return Rlp.list(Rlp.text(address.bytes()), Rlp.list(topics), data);
  }

  static ReceiptLog read(Rlp item) {
    List<Rlp> parts = item.asList("a log", 3);
    return new ReceiptLog(
        new Address(parts.get(0).asText("a log's address", Address.LENGTH)),
        parts.get(1).asList("a log's topics").stream().map(t -> t.asText("a topic")).toList(),
        parts.get(2).asText("a log's data"));
  }
}
