package org.fedledger.simulation;

import java.io.IOException;
import java.io.RandomAccessFile;
import org.fedledger.role.ResultProvider;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.verify.RoundComputation.Result;

/** Comes to a model of which one element is one unit in the last place off. */
final class LyingProvider implements ResultProvider {

  @Override
  public Result compute(Task task) throws IOException {
    Result honest = ResultProvider.PROTOCOL.compute(task);
    if (!(honest instanceof Result.Aggregated a)) {
      return honest;
    }
    long firstElement = SafetensorsHeader.read(task.out().model()).encode().length;
    try (RandomAccessFile file = new RandomAccessFile(task.out().model().toFile(), "rw")) {
      file.seek(firstElement);
      int lowest = file.read();
      file.seek(firstElement);
      file.write(lowest ^ 1);
    }
    BlobId changed = Blobs.id(task.out().model());
    return new Result.Aggregated(
        a.decision(), changed.digest(), changed.size(), a.state(), a.stateSize(), a.leftOut());
  }
}
