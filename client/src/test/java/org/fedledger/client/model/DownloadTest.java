package org.fedledger.client.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.node.FakeNode;
import org.fedledger.client.node.NodeBlobSource;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.RetryPolicy;
import org.fedledger.ledger.ModelVersion;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobSource;
import org.fedledger.store.FolderBlobSource;
import org.fedledger.store.NoBlobs;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Digest;
import org.fedledger.verify.SmallFederation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest {

  private static final byte[] CONTENT = "weights".getBytes(StandardCharsets.US_ASCII);
  private static final Digest DIGEST = Digest.ofContent(CONTENT);
  private static final BlobId BLOB = new BlobId(DIGEST, CONTENT.length);

  @TempDir Path folder;
  private Path blobs;
  private Path target;

  @BeforeEach
  void makeFolders() throws IOException {
    blobs = Files.createDirectory(folder.resolve("blobs"));
    target = Files.createDirectory(folder.resolve("out")).resolve("model.safetensors");
  }

  @Test
  void shouldWriteTheBlobAndTellWhatItWrote() throws IOException {
    put(CONTENT);
    BlobId got = new Download(target, false).of(BLOB, folder());
    assertThat(got).isEqualTo(BLOB);
    assertThat(target).hasBinaryContent(CONTENT);
    assertNothingBeside(target);
  }

  @Test
  void shouldFetchFromANode() throws IOException {
    SmallFederation federation = new SmallFederation(folder.resolve("federation"));
    federation.playRound();
    ModelVersion head = federation.state().head();
    BlobId model = new BlobId(head.model(), head.modelSize());
    RetryPolicy quick =
        new RetryPolicy(Duration.ofSeconds(5), Duration.ofSeconds(5), 2, Duration.ofMillis(1));
    try (FakeNode node =
            new FakeNode(federation.ledger(), federation.store, federation.aggregator);
        NodeClient client =
            new NodeClient(
                node.address(),
                SmallFederation.DOMAIN,
                Optional.empty(),
                quick,
                InstantSource.system())) {
      BlobSource source = new NodeBlobSource(client);
      assertThat(new Download(target, false).of(model, source)).isEqualTo(model);
      node.failNext(99);
      assertFails(
          ExitCode.OUT_OF_REACH,
          () -> new Download(target, true).of(BLOB, source),
          DIGEST.toString(),
          "503");
    }
    assertThat(Digest.ofContent(Files.readAllBytes(target))).isEqualTo(model.digest());
  }

  @Test
  void shouldNameBothDigestsAndLeaveNothingWhenTheyDiffer() throws IOException {
    byte[] other = "weighty".getBytes(StandardCharsets.US_ASCII);
    put(other);
    assertFails(
        ExitCode.VERIFICATION_FAILED,
        () -> new Download(target, false).of(BLOB, folder()),
        DIGEST.toString(),
        Digest.ofContent(other).toString());
    assertThat(target).doesNotExist();
    assertNothingBeside(target);
  }

  @Test
  void shouldKeepTheFileThatWasThereWhenADownloadFails() throws IOException {
    Files.writeString(target, "before");
    put("weighty".getBytes(StandardCharsets.US_ASCII));
    assertFails(
        ExitCode.VERIFICATION_FAILED,
        () -> new Download(target, true).of(BLOB, folder()),
        "nothing was written");
    assertThat(target).hasContent("before");
  }

  @Test
  void shouldNotBeginAFileOfAnotherSizeThanTheLedgers() throws IOException {
    put("a file that does not end".getBytes(StandardCharsets.US_ASCII));
    assertFails(
        ExitCode.VERIFICATION_FAILED,
        () -> new Download(target, false).of(BLOB, folder()),
        "it has 24 bytes, not 7; nothing was written");
    assertNothingBeside(target);
  }

  @Test
  void shouldSayWhatCannotBeHad() {
    assertFails(
        ExitCode.OUT_OF_REACH,
        () -> new Download(target, false).of(BLOB, folder()),
        DIGEST.toString());
    assertFails(
        ExitCode.OUT_OF_REACH,
        () -> new Download(target, false).of(BLOB, new NoBlobs(AbsentBlob.denied("go away"))),
        "go away");
    assertNothingBeside(target);
  }

  @Test
  void shouldOverwriteOnlyWhenTold() throws IOException {
    put(CONTENT);
    Files.writeString(target, "before");
    assertFails(ExitCode.USAGE, () -> new Download(target, false), "--force");
    new Download(target, true).of(BLOB, folder());
    assertThat(target).hasBinaryContent(CONTENT);
  }

  @Test
  void shouldNotOverwriteWhatAppearedMeanwhile() throws IOException {
    put(CONTENT);
    Download download = new Download(target, false);
    Files.writeString(target, "meanwhile");
    assertFails(ExitCode.USAGE, () -> download.of(BLOB, folder()), "--force");
    assertThat(target).hasContent("meanwhile");
    assertNothingBeside(target);
  }

  @Test
  void shouldRefuseATargetThatCannotBeAFile() {
    assertFails(
        ExitCode.USAGE,
        () -> new Download(folder.resolve("missing").resolve("model"), false),
        "no folder");
    assertFails(ExitCode.USAGE, () -> new Download(blobs, true), "is a folder");
  }

  private void put(byte[] content) throws IOException {
    Files.write(blobs.resolve(DIGEST.hex()), content);
  }

  private BlobSource folder() {
    return new FolderBlobSource(blobs);
  }

  private static void assertFails(int exitCode, ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(exitCode))
        .hasMessageContainingAll(parts);
  }

  private static void assertNothingBeside(Path target) {
    try (Stream<Path> files = Files.list(target.getParent())) {
      assertThat(files.filter(f -> !f.equals(target))).isEmpty();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
