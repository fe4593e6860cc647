package org.fedledger.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.fedledger.Mutations;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFileTest {

  private static final float[] FLOATS = {1f, -0f, Float.MIN_VALUE, Float.NaN, 3f};
  private static final double[] DOUBLES = {-0.0, Double.MIN_VALUE, Double.NEGATIVE_INFINITY};
  private static final int[] INTS = {-1, 0x01020304};
  private static final long[] LONGS = {-1, 0x0102030405060708L};

  private static final SafetensorsHeader HEADER =
      new SafetensorsHeader(
          Map.of("fedledger", "1"),
          List.of(
              TensorSpec.of("a.floats", ElementType.F32, 5),
              TensorSpec.of("b.doubles", ElementType.F64, 3, 1),
              TensorSpec.of("c.empty", ElementType.F32, 0, 7),
              TensorSpec.of("d.ints", ElementType.U32, 2),
              TensorSpec.of("e.longs", ElementType.U64, 2),
              TensorSpec.of("f.empty", ElementType.F64, 0)));

  @TempDir Path folder;

  @Test
  void shouldReadBackTheBitsItWrote() throws IOException {
    Path file = folder.resolve("blob");
    BlobId written = write(file);

    try (SafetensorsFile blob = SafetensorsFile.open(file)) {
      assertThat(blob.header()).isEqualTo(HEADER);
      float[] floats = new float[5];
      blob.tensor("a.floats").floats(0, floats, 5);
      double[] doubles = new double[3];
      blob.tensor("b.doubles").doubles(0, doubles, 3);
      int[] ints = new int[1];
      blob.tensor("d.ints").ints(1, ints, 1);
      long[] longs = new long[2];
      blob.tensor("e.longs").longs(0, longs, 2);
      assertThat(bits(floats)).isEqualTo(bits(FLOATS));
      assertThat(Arrays.equals(doubles, DOUBLES)).isTrue();
      assertThat(ints).containsExactly(0x01020304);
      assertThat(longs).isEqualTo(LONGS);
    }
    byte[] content = Files.readAllBytes(file);
    assertThat(written).isEqualTo(new BlobId(Digest.ofContent(content), content.length));
    assertThat(Blobs.id(file)).isEqualTo(written);
  }

  @Test
  void shouldWidenFloatsToDoubles() throws IOException {
    write(folder.resolve("blob"));

    try (SafetensorsFile blob = SafetensorsFile.open(folder.resolve("blob"))) {
      double[] doubles = new double[2];
      blob.tensor("a.floats").doubles(1, doubles, 2);
      assertThat(doubles).containsExactly(-0.0, Float.MIN_VALUE);
    }
  }

  @Test
  void shouldWriteTheSameBytesWhateverTheBlocks() throws IOException {
    Random random = new Random(1);
    float[] elements = new float[300_000];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = random.nextFloat();
    }
    SafetensorsHeader header =
        new SafetensorsHeader(
            Map.of(), List.of(TensorSpec.of("a", ElementType.F32, elements.length)));
    BlobId whole;
    try (SafetensorsWriter writer = SafetensorsWriter.create(folder.resolve("whole"), header)) {
      writer.floats(elements, elements.length);
      whole = writer.commit();
    }
    try (SafetensorsWriter writer = SafetensorsWriter.create(folder.resolve("parts"), header)) {
      for (int done = 0; done < elements.length; ) {
        int block = Math.min(1 + random.nextInt(9000), elements.length - done);
        writer.floats(Arrays.copyOfRange(elements, done, done + block), block);
        done += block;
      }
      assertThat(writer.commit()).isEqualTo(whole);
    }
    assertThat(Blobs.id(folder.resolve("parts"))).isEqualTo(whole);
  }

  @Test
  void shouldLeaveNothingUnlessCommitted() throws IOException {
    Path file = folder.resolve("blob");
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, HEADER)) {
      writer.floats(FLOATS, 5);
      assertThatThrownBy(writer::commit)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("b.doubles still lacks 3");
      assertThat(file).doesNotExist();
    }
    assertThat(names()).isEmpty();
  }

  @Test
  void shouldReplaceAFileOnlyOnCommit() throws IOException {
    Path file = folder.resolve("blob");
    Files.writeString(file, "old");
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, HEADER)) {
      writer.floats(FLOATS, 5);
    }
    assertThat(file).hasContent("old");
    write(file);
    assertThat(names()).containsExactly("blob");
    SafetensorsFile.open(file).close();
  }

  @Test
  void shouldRefuseElementsThatTheHeaderDoesNotAnnounce() throws IOException {
    try (SafetensorsWriter writer = SafetensorsWriter.create(folder.resolve("blob"), HEADER)) {
      assertThatThrownBy(() -> writer.doubles(DOUBLES, 3))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("a.floats takes F32, not F64");
      writer.floats(FLOATS, 5);
      assertThatThrownBy(() -> writer.floats(FLOATS, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("b.doubles takes F64, not F32");
      writer.doubles(DOUBLES, 3);
      writer.ints(INTS, 2);
      writer.longs(LONGS, 2);
      assertThatThrownBy(() -> writer.longs(LONGS, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("1 elements too many");
    }
  }

  @Test
  void shouldRefuseToReadElementsAsAnotherType() throws IOException {
    write(folder.resolve("blob"));
    try (SafetensorsFile blob = SafetensorsFile.open(folder.resolve("blob"))) {
      assertThatThrownBy(() -> blob.tensor("d.ints").floats(0, new float[1], 1))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> blob.tensor("a.floats").ints(0, new int[1], 1))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> blob.tensor("a.floats").floats(5, new float[1], 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> blob.tensor("none")).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldNameTheFileThatIsMalformed() throws IOException {
    Path file = Files.write(folder.resolve("some.safetensors"), new byte[3]);

    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("some.safetensors: truncated");
  }

  @Test
  void shouldOpenOrRefuseByNameWhateverIsDamaged() throws IOException {
    Path file = folder.resolve("blob");
    write(file);
    byte[] content = Files.readAllBytes(file);
    for (int seed = 0; seed < 1500; seed++) {
      byte[] mutated = Mutations.of(content, seed);
      Files.write(file, mutated);
      try (SafetensorsFile blob = SafetensorsFile.open(file)) {
        assertThat(mutated).startsWith(blob.header().encode());
      } catch (MalformedFileException refused) {
        assertThat(refused).hasMessageStartingWith("blob: ");
      }
      try (ForeignFile foreign = ForeignFile.open(file)) {
        assertThat(foreign.tensors()).isNotNull();
      } catch (MalformedFileException refused) {
        assertThat(refused).hasMessageStartingWith("blob: ");
      }
    }
  }

  private BlobId write(Path file) throws IOException {
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, HEADER)) {
      writer.floats(FLOATS, 5);
      writer.doubles(DOUBLES, 3);
      writer.floats(new float[0], 0);
      writer.ints(INTS, 2);
      writer.longs(LONGS, 2);
      return writer.commit();
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static int[] bits(float[] floats) {
    int[] bits = new int[floats.length];
    for (int i = 0; i < floats.length; i++) {
      bits[i] = Float.floatToRawIntBits(floats[i]);
    }
    return bits;
  }
}
