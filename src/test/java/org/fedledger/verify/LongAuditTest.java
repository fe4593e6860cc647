package org.fedledger.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.fedledger.store.BlobFiles;
import org.fedledger.store.BlobSource;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rounds that are checked at once, and told of one by one. */
class LongAuditTest {

  private static final int ROUNDS = 12;

  @TempDir Path folder;
  private SmallFederation federation;

  @BeforeEach
  void playRoundsWithFaults() throws IOException {
    federation = new SmallFederation(folder);
    for (int i = 0; i < ROUNDS; i++) {
      var updates = federation.playRound();
      if (i % 4 == 1) {
        Path update = updates.get(federation.participants.get(i % 3));
        Path stored = federation.stored(Digest.ofContent(Files.readAllBytes(update)));
        byte[] content = Files.readAllBytes(stored);
        content[content.length - 1] ^= 1;
        Files.write(stored, content);
      }
    }
  }

  @Test
  void saysTheSameBytesWhateverTheNumberOfThreads() throws IOException {
    String one = document(1);
    assertThat(document(2)).isEqualTo(one);
    assertThat(document(7)).isEqualTo(one);
    assertThat(new ObjectMapper().readTree(one).get("gaps")).hasSize(3);
    assertThat(new ObjectMapper().readTree(one).get("rounds")).hasSize(ROUNDS);
  }

  @Test
  void writesTheDocumentThatTheReportInMemoryGives() throws IOException {
    Path work = Files.createTempDirectory(folder, "work");
    AuditReport report =
        new Audit(federation.ledger(), federation.store, work, _ -> {}).run(0, _ -> true);
    var whole = new ObjectMapper().readTree(AuditJson.of(report).toString());
    var streamed = new ObjectMapper().readTree(document(3));
    whole
        .properties()
        .forEach(field -> assertThat(streamed.get(field.getKey())).isEqualTo(field.getValue()));
  }

  @Test
  void releasesEachFileAfterItsLastUse() throws IOException {
    Path copies = Files.createTempDirectory(folder, "copies");
    AtomicInteger most = new AtomicInteger();
    BlobSource counting =
        new BlobSource() {
          @Override
          public Set<Digest> has(Set<Digest> digests) {
            return federation.store.has(digests);
          }

          @Override
          public Part read(Digest digest, long from, int length) {
            most.accumulateAndGet(copies.toFile().list().length, Math::max);
            return federation.store.read(digest, from, length);
          }
        };
    Path work = Files.createTempDirectory(folder, "work");
    new Audit(
            federation.ledger(),
            new BlobFiles(List.of(counting), copies),
            work,
            _ -> {},
            new AuditOptions(2, Receipts.none(), Optional.empty()))
        .run(0, _ -> true, _ -> {});
    assertThat(copies).isEmptyDirectory();
    assertThat(most).hasPositiveValue();
    // Four rounds under way, each of three updates, a base and a new version, and the spec and
    // plan they share.
    assertThat(most.get()).isLessThanOrEqualTo(4 * 5 + 2);
    assertThat(work).isEmptyDirectory();
  }

  private String document(int threads) throws IOException {
    Path work = Files.createTempDirectory(folder, "work");
    StringWriter text = new StringWriter();
    try (AuditSpool spool = new AuditSpool(work);
        JsonGenerator out = new ObjectMapper().createGenerator(text)) {
      AuditSummary summary =
          new Audit(
                  federation.ledger(),
                  federation.store,
                  work,
                  _ -> {},
                  new AuditOptions(threads, Receipts.none(), Optional.empty()))
              .run(0, _ -> true, spool);
      AuditJson.write(summary, spool, out);
    }
    assertThat(work).isEmptyDirectory();
    return text.toString();
  }
}
