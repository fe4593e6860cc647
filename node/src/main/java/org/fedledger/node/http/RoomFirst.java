package org.fedledger.node.http;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes no body for which the disk has no room; whoever sends it is told to come again. */
final class RoomFirst implements Endpoint {

  private static final Map<String, String> LATER = Map.of("Retry-After", "30");

  private final Endpoint endpoint;
  private final DiskSpace disk;
  private final AtomicInteger underWay;

  /**
   * @param underWay counts the requests that are being answered
   */
  RoomFirst(Endpoint endpoint, DiskSpace disk, AtomicInteger underWay) {
    this.endpoint = endpoint;
    this.disk = disk;
    this.underWay = underWay;
  }

  @Override
  public Answer answer(Call call) throws IOException, InterruptedException, RefusedException {
    if (!disk.takes(call.body().length().orElse(0))) {
      return full();
    }
    underWay.incrementAndGet();
    try {
      return endpoint.answer(call);
    } catch (IOException e) {
      if (disk.isFull()) {
        return full();
      }
      throw e;
    } finally {
      underWay.decrementAndGet();
    }
  }

  private static Answer full() {
    return Problem.STORAGE.because(
        "the node's disk has no room for this; nothing was kept, try again later", LATER);
  }
}
