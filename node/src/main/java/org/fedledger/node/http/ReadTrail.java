package org.fedledger.node.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.fedledger.files.LineFile;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/**
 * Who read which update, for good: one JSON object a line, on disk before the first byte is sent.
 * Files are put aside at their size and none is ever deleted.
 */
public final class ReadTrail implements AutoCloseable {

  private static final LineFile.Kept KEPT = new LineFile.Kept(64L << 20, Integer.MAX_VALUE, true);

  /**
   * A read that is about to be answered.
   *
   * @param request its id, as in the access log
   * @param round of the update, if it names one that can be read
   * @param participant whose update it is, where that is known
   * @param reader who asked, and was let in
   * @param signer whose key signed
   * @param from of the first byte
   */
  record Read(
      String request,
      Instant at,
      Optional<RoundId> round,
      Optional<Address> participant,
      Digest digest,
      Address reader,
      Address signer,
      long from,
      long bytes) {}

  private final LineFile lines;

  public ReadTrail(Path file) throws IOException {
    this.lines = new LineFile(file, KEPT);
  }

  /**
   * Notes a read, for good when this returns.
   *
   * @throws IOException if it cannot be noted, so that it may not be answered
   */
  void note(Read read) throws IOException {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("time", read.at().toString());
    line.put("request", read.request());
    read.round().ifPresent(round -> line.put("round", round.toString()));
    read.participant().ifPresent(author -> line.put("participant", author.toString()));
    line.put("digest", read.digest().toString());
    line.put("reader", read.reader().toString());
    line.put("signer", read.signer().toString());
    line.put("from", read.from());
    line.put("bytes", read.bytes());
    lines.append(AccessLog.bytes(line));
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
