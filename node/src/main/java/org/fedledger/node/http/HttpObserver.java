package org.fedledger.node.http;

import java.time.Duration;

/** Told of what the API does, and asked for what there is to measure. */
public interface HttpObserver {

  /**
   * @param method of the request, or {@code other} for one that no route takes
   * @param route the route's path, or {@code other}
   */
  void answered(String method, String route, int status, Duration took);

  /** A blob came in whole. */
  void stored(long bytes);

  /** All measurements in Prometheus' text format. */
  String scrape();
}
