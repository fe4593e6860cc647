package org.fedledger.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CanonicaliserTest {

  private static final ModelMetadata METADATA =
      new ModelMetadata(FederationId.of("0x" + "fe".repeat(32)), 0, Digest.NONE);

  @TempDir Path folder;

  @Test
  void shouldSortAndWidenExactly() throws IOException {
    // As PyTorch might: keys in no order, data in another, odd padding, metadata of its own.
    Path source =
        foreign(
            "{'z':{'shape':[2],'dtype':'BF16','data_offsets':[0,4]},"
                + "'__metadata__':{'format':'pt','auteur':'\u00e9'},"
                + "'a':{'dtype':'F32','data_offsets':[10,14],'shape':[]},"
                + "'h':{'dtype':'F16','shape':[3],'data_offsets':[4,10]}}   ",
            0x3f80,
            0xff80, // 1 and -infinity in BF16
            0x3c00,
            0x0001,
            0x8000, // 1, the smallest subnormal and -0 in F16
            0x0000,
            0x8000); // -0 in F32
    Path target = folder.resolve("canonical");

    BlobId written = Canonicaliser.canonicalise(source, METADATA, target);

    assertThat(written).isEqualTo(Blobs.id(target));
    try (SafetensorsFile blob = SafetensorsFile.open(target)) {
      assertThat(BlobMetadata.of(blob.header().metadata())).isEqualTo(METADATA);
      assertThat(blob.header().tensors())
          .containsExactly(
              TensorSpec.of("a", ElementType.F32),
              TensorSpec.of("h", ElementType.F32, 3),
              TensorSpec.of("z", ElementType.F32, 2));
      assertThat(floats(blob.tensor("a"))).containsExactly(-0f);
      assertThat(floats(blob.tensor("h"))).containsExactly(1f, 0x1p-24f, -0f);
      assertThat(floats(blob.tensor("z"))).containsExactly(1f, Float.NEGATIVE_INFINITY);
    }
  }

  @Test
  void shouldKeepTheBytesOfACanonicalFile() throws IOException {
    Path once = folder.resolve("once");
    Path source = foreign("{'b':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}", 1, 0x7fc0);
    BlobId first = Canonicaliser.canonicalise(source, METADATA, once);

    assertThat(Canonicaliser.canonicalise(once, METADATA, folder.resolve("twice")))
        .isEqualTo(first);
  }

  @Test
  void shouldCopyEveryCanonicalType() throws IOException {
    Path source =
        foreign(
            "{'d':{'dtype':'F64','shape':[1],'data_offsets':[12,20]},"
                + "'i':{'dtype':'U32','shape':[1],'data_offsets':[0,4]},"
                + "'l':{'dtype':'U64','shape':[1],'data_offsets':[4,12]}}",
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            10);
    Path target = folder.resolve("canonical");
    Canonicaliser.canonicalise(source, METADATA, target);

    try (SafetensorsFile blob = SafetensorsFile.open(target)) {
      int[] i = new int[1];
      blob.tensor("i").ints(0, i, 1);
      long[] l = new long[1];
      blob.tensor("l").longs(0, l, 1);
      double[] d = new double[1];
      blob.tensor("d").doubles(0, d, 1);
      assertThat(i[0]).isEqualTo(0x0002_0001);
      assertThat(l[0]).isEqualTo(0x0006_0005_0004_0003L);
      assertThat(Double.doubleToRawLongBits(d[0])).isEqualTo(0x000a_0009_0008_0007L);
    }
  }

  @Test
  void shouldRefuseWhatTheProtocolCannotHoldAndLeaveNothing() throws IOException {
    Path target = folder.resolve("canonical");
    Path wrongType = foreign("{'a':{'dtype':'I16','shape':[1],'data_offsets':[0,2]}}", 1);

    assertThatThrownBy(() -> Canonicaliser.canonicalise(wrongType, METADATA, target))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("'I16' is unknown");
    Path tooLarge =
        foreign("{'a':{'dtype':'F16','shape':[4503599627370495,0],'data_offsets':[0,0]}}");
    assertThatThrownBy(() -> Canonicaliser.canonicalise(tooLarge, METADATA, target))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("no canonical form");
    assertThat(target).doesNotExist();
  }

  private Path foreign(String json, int... shorts) throws IOException {
    byte[] header = json.replace('\'', '"').getBytes(UTF_8);
    ByteBuffer out =
        ByteBuffer.allocate(8 + header.length + 2 * shorts.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(header.length).put(header);
    for (int half : shorts) {
      out.putShort((short) half);
    }
    return Files.write(Files.createTempFile(folder, "foreign", ".safetensors"), out.array());
  }

  private static float[] floats(TensorData tensor) {
    float[] floats = new float[(int) tensor.spec().elements()];
    tensor.floats(0, floats, floats.length);
    return floats;
  }
}
