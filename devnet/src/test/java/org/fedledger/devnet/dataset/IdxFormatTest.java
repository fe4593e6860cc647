package org.fedledger.devnet.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Random;
import org.fedledger.devnet.dataset.IdxFormat.MalformedIdxException;
import org.junit.jupiter.api.Test;

class IdxFormatTest {

  private static final int COUNT = 3;

  @Test
  void shouldJoinImagesWithTheirLabels() {
    byte[] images = images(0x803, COUNT, 28, 28, COUNT * 784);
    images[16 + 784] = (byte) 200;

    LabelledImages read = IdxFormat.read(images, labels(0x801, COUNT, 7, 0, 9));

    assertThat(read.size()).isEqualTo(COUNT);
    assertThat(read.labels()).containsExactly(7, 0, 9);
    assertThat(read.pixels()[784]).isEqualTo((byte) 200);
  }

  @Test
  void shouldRefuseAnotherMagic() {
    refused(
        images(0x801, COUNT, 28, 28, COUNT * 784), good(), "starts with 00000803, not 00000801");
    refused(goodImages(), labels(0x803, COUNT, 1, 2, 3), "starts with 00000801, not 00000803");
  }

  @Test
  void shouldRefuseAHeaderCutShort() {
    refused(new byte[15], good(), "takes 16 bytes; the file has 15");
    refused(goodImages(), new byte[7], "takes 8 bytes; the file has 7");
    refused(new byte[0], good(), "the file has 0");
  }

  @Test
  void shouldRefuseOtherSides() {
    refused(images(0x803, COUNT, 27, 28, COUNT * 27 * 28), good(), "28 rows, not 27");
    refused(images(0x803, COUNT, 28, -1, COUNT * 784), good(), "28 columns, not -1");
  }

  @Test
  void shouldRefuseNegativeZeroAndHugeCounts() {
    for (int count : new int[] {-1, 0, IdxFormat.MAX_COUNT + 1, Integer.MAX_VALUE}) {
      refused(images(0x803, count, 28, 28, COUNT * 784), good(), "not " + count);
      refused(goodImages(), labels(0x801, count, 1, 2, 3), "not " + count);
    }
  }

  @Test
  void shouldRefuseTooFewAndTooManyBytes() {
    refused(images(0x803, COUNT, 28, 28, COUNT * 784 - 1), good(), "2352 bytes are wanted");
    refused(images(0x803, COUNT, 28, 28, COUNT * 784 + 1), good(), "there are 2353");
    refused(goodImages(), labels(0x801, COUNT, 1, 2), "3 bytes are wanted; there are 2");
    refused(goodImages(), labels(0x801, COUNT, 1, 2, 3, 4), "there are 4");
  }

  @Test
  void shouldRefuseImagesAndLabelsThatDoNotBelongTogether() {
    refused(goodImages(), labels(0x801, 2, 1, 2), "3 images do not go with 2 labels");
  }

  @Test
  void shouldRefuseLabelsThatAreNoDigits() {
    refused(goodImages(), labels(0x801, COUNT, 1, 10, 3), "label 1 is 10");
    refused(goodImages(), labels(0x801, COUNT, 1, 2, 255), "label 2 is 255");
  }

  @Test
  void shouldReadOrRefuseWhateverBytesAreChanged() {
    Random random = new Random(1);
    for (int i = 0; i < 5_000; i++) {
      byte[] images = goodImages();
      byte[] labels = good();
      images[random.nextInt(20)] = (byte) random.nextInt();
      labels[random.nextInt(labels.length)] = (byte) random.nextInt();
      try {
        assertThat(IdxFormat.read(images, labels).size()).isEqualTo(COUNT);
      } catch (MalformedIdxException expected) {
        assertThat(expected.getMessage()).isNotBlank();
      }
    }
  }

  private static void refused(byte[] images, byte[] labels, String why) {
    assertThatThrownBy(() -> IdxFormat.read(images, labels))
        .isInstanceOf(MalformedIdxException.class)
        .hasMessageContaining(why);
  }

  private static byte[] goodImages() {
    return images(0x803, COUNT, 28, 28, COUNT * 784);
  }

  private static byte[] good() {
    return labels(0x801, COUNT, 1, 2, 3);
  }

  private static byte[] images(int magic, int count, int rows, int columns, int bytes) {
    return ByteBuffer.allocate(16 + bytes)
        .putInt(magic)
        .putInt(count)
        .putInt(rows)
        .putInt(columns)
        .array();
  }

  private static byte[] labels(int magic, int count, int... values) {
    byte[] file = new byte[8 + values.length];
    ByteBuffer.wrap(file).putInt(magic).putInt(count);
    for (int i = 0; i < values.length; i++) {
      file[8 + i] = (byte) values[i];
    }
    return file;
  }
}
