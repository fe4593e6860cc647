package org.fedledger.node.http;

/** Told of what the API does, and asked for what there is to measure. */
public interface HttpObserver {

  /** A request was answered, to the last byte; must not block. */
  void answered(Access access);

  /** A blob came in whole. */
  void stored(long bytes);

  /** All measurements in Prometheus' text format. */
  String scrape();
}
