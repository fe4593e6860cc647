package org.fedledger.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.fedledger.files.Buffers;

/**
 * Keeps an audit's parts in a file, so that a long history is told in any order without being held
 * in memory. The file is gone when the spool is closed or the program ends.
 */
public final class AuditSpool implements AuditPart.Sink, AutoCloseable {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final FileChannel file;

  /**
   * @param folder an existing folder
   */
  public AuditSpool(Path folder) throws IOException {
    Path path = Files.createTempFile(folder, "findings", ".jsonl");
    file =
        FileChannel.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
  }

  @Override
  public void take(AuditPart part) throws IOException {
    String line = MAPPER.writeValueAsString(AuditJson.of(part)) + "\n";
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    file.position(file.size());
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  /** All parts, in the order in which they came. */
  public void forEach(AuditPart.Sink sink) throws IOException {
    file.position(0);
    InputStream in = Channels.newInputStream(file);
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), Buffers.BYTES);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      JsonNode part = MAPPER.readTree(line);
      sink.take(AuditJson.part(part));
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
