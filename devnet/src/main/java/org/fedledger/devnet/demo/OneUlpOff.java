package org.fedledger.devnet.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.fedledger.node.round.Aggregation;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Digest;
import org.fedledger.verify.RoundComputation;

/**
 * A dishonest aggregation: in one round, the last weight of the model is the next float above.
 *
 * @param round in which it cheats; in all others it is honest
 */
record OneUlpOff(long round) implements Aggregation {

  @Override
  public RoundComputation.Result compute(Task task) throws IOException {
    RoundComputation.Result honest = Aggregation.PROTOCOL.compute(task);
    if (task.round().number() == round
        && honest instanceof RoundComputation.Result.Aggregated model) {
      return new RoundComputation.Result.Aggregated(
          model.decision(),
          nudged(task.modelOut()),
          model.modelSize(),
          model.state(),
          model.stateSize());
    }
    return honest;
  }

  private static Digest nudged(Path model) throws IOException {
    try (FileChannel file =
        FileChannel.open(model, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer last = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      long at = file.size() - Float.BYTES;
      file.read(last, at);
      last.putFloat(0, Math.nextUp(last.getFloat(0))).flip();
      file.write(last, at);
    }
    return Blobs.id(model).digest();
  }
}
