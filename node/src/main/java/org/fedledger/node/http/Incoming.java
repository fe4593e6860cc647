package org.fedledger.node.http;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts requests that bring something; where one finds the disk full it is to come again. */
final class Incoming implements Endpoint {

  private final Endpoint endpoint;
  private final DiskSpace disk;
  private final AtomicInteger underWay;

  /**
   * @param underWay counts the requests that are being answered
   */
  Incoming(Endpoint endpoint, DiskSpace disk, AtomicInteger underWay) {
    this.endpoint = endpoint;
    this.disk = disk;
    this.underWay = underWay;
  }

  @Override
  public Answer answer(Call call) throws IOException, InterruptedException, RefusedException {
    underWay.incrementAndGet();
    try {
      return endpoint.answer(call);
    } catch (IOException e) {
      if (disk.isFull()) {
        throw DiskSpace.FULL;
      }
      throw e;
    } finally {
      underWay.decrementAndGet();
    }
  }
}
