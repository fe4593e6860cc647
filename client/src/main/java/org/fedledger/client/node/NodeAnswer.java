package org.fedledger.client.node;

/** What a node says. */
public sealed interface NodeAnswer<T> {

  record Given<T>(T value) implements NodeAnswer<T> {}

  /**
   * @param status of HTTP
   * @param type of the problem (RFC 9457), such as {@code urn:fedledger:problem:commits-open};
   *     empty if the node told none
   * @param why for people
   */
  record Refused<T>(int status, String type, String why) implements NodeAnswer<T> {

    /** Uploads are not open yet; the same request may do later. */
    public boolean commitsOpen() {
      return type.endsWith(":commits-open");
    }

    public boolean notFound() {
      return status == 404;
    }

    <R> Refused<R> as() {
      return new Refused<>(status, type, why);
    }
  }
}
