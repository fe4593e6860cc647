package org.fedledger.bundle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.fedledger.Mutations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredZipTest {

  private static final long GIB = 1L << 30;

  @TempDir private Path folder;

  private Path zip(TreeMap<String, byte[]> contents) throws IOException {
    Path target = folder.resolve("archive.zip");
    Files.deleteIfExists(target);
    try (StoredZipWriter out = new StoredZipWriter(target)) {
      for (var each : contents.entrySet()) {
        out.add(each.getKey(), each.getValue());
      }
      out.finish();
      out.publish();
    }
    return target;
  }

  private static TreeMap<String, byte[]> few() {
    TreeMap<String, byte[]> contents = new TreeMap<>();
    contents.put("blobs/00", "first".getBytes(US_ASCII));
    contents.put("blobs/01", new byte[0]);
    contents.put("manifest.json", "{}".getBytes(US_ASCII));
    return contents;
  }

  @Test
  void givesBackWhatWasWritten() throws IOException {
    try (StoredZip zip = StoredZip.open(zip(few()))) {
      assertThat(zip.entries()).containsOnlyKeys("blobs/00", "blobs/01", "manifest.json");
      assertThat(zip.content("blobs/00", 100)).asString(US_ASCII).isEqualTo("first");
      assertThat(zip.content("blobs/01", 100)).isEmpty();
    }
  }

  @Test
  void isReadByOrdinaryPrograms() throws IOException {
    try (ZipFile zip = new ZipFile(zip(few()).toFile())) {
      assertThat(zip.size()).isEqualTo(3);
      ZipEntry entry = zip.getEntry("blobs/00");
      assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
      try (InputStream in = zip.getInputStream(entry)) {
        assertThat(in.readAllBytes()).asString(US_ASCII).isEqualTo("first");
      }
    }
  }

  @Test
  void holdsMoreEntriesThanOrdinaryArchives() throws IOException {
    TreeMap<String, byte[]> contents = new TreeMap<>();
    for (int i = 0; i < 70_000; i++) {
      contents.put("blobs/" + i, new byte[0]);
    }
    Path target = zip(contents);
    try (StoredZip zip = StoredZip.open(target);
        ZipFile theirs = new ZipFile(target.toFile())) {
      assertThat(zip.entries()).hasSize(70_000);
      assertThat(theirs.size()).isEqualTo(70_000);
    }
  }

  @Test
  void writesLargeNumbersWhereTheyDoNotFit() {
    for (long size : new long[] {0, 4 * GIB - 2, 4 * GIB - 1, 4 * GIB, 20 * GIB}) {
      for (long offset : new long[] {0, 4 * GIB - 2, 4 * GIB - 1, 5 * GIB}) {
        ZipEntryInfo entry = new ZipEntryInfo("blobs/00", size, 7, offset);
        byte[] record = ZipLayout.central(entry);
        byte[] fixed = java.util.Arrays.copyOf(record, ZipLayout.CENTRAL);
        int extra = ZipLayout.CENTRAL + ZipLayout.nameLength(fixed);
        assertThat(
                ZipLayout.entry(
                    fixed,
                    java.util.Arrays.copyOfRange(record, ZipLayout.CENTRAL, extra),
                    java.util.Arrays.copyOfRange(record, extra, record.length)))
            .isEqualTo(entry);
        assertThat(ZipLayout.local(entry)).hasSize(ZipLayout.localLength(entry));
        byte[] end = ZipLayout.end(3, size, offset);
        assertThat(ZipLayout.directory(end)).isEqualTo(new ZipLayout.Directory(3, size, offset));
      }
    }
  }

  @Test
  void noticesAChangeOfAnySingleByte() throws IOException {
    Path target = zip(few());
    byte[] original = Files.readAllBytes(target);
    Path damaged = folder.resolve("damaged.zip");
    for (int at = 0; at < original.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] changed = original.clone();
        changed[at] ^= (byte) (1 << bit);
        Files.write(damaged, changed);
        assertThatThrownBy(() -> StoredZip.open(damaged).close())
            .as("byte %d, bit %d", at, bit)
            .isInstanceOf(MalformedBundleException.class);
      }
    }
  }

  @Test
  void noticesWhateverElseIsDone() throws IOException {
    Path target = zip(few());
    byte[] original = Files.readAllBytes(target);
    Path damaged = folder.resolve("damaged.zip");
    for (long seed = 0; seed < 3_000; seed++) {
      byte[] changed = Mutations.of(original, seed);
      if (java.util.Arrays.equals(changed, original)) {
        continue;
      }
      Files.write(damaged, changed);
      assertThatThrownBy(() -> StoredZip.open(damaged).close())
          .as("seed %d", seed)
          .isInstanceOf(MalformedBundleException.class);
    }
  }

  @Test
  void namesTheDamagedEntry() throws IOException {
    Path target = zip(few());
    byte[] bytes = Files.readAllBytes(target);
    bytes[ZipLayout.LOCAL + "blobs/00".length()] ^= 1;
    Files.write(target, bytes);
    assertThatThrownBy(() -> StoredZip.open(target))
        .hasMessageContaining("entry 'blobs/00' is damaged");
  }

  @Test
  void refusesArchivesOfOthers() throws IOException {
    Path target = folder.resolve("other.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(target))) {
      out.putNextEntry(new ZipEntry("manifest.json"));
      out.write("{}".getBytes(US_ASCII));
      out.closeEntry();
    }
    assertThatThrownBy(() -> StoredZip.open(target)).isInstanceOf(MalformedBundleException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a", "a/", "a//b", "../a", "a/../b", ".a", "A", "a b", "ä", "a\\b"})
  void refusesNamesThatCouldLeadElsewhere(String name) {
    assertThatThrownBy(() -> new ZipEntryInfo(name, 0, 0, 0))
        .isInstanceOf(MalformedBundleException.class);
  }

  @Test
  void leavesNothingBehindUnlessItIsWhole() throws IOException {
    try (StoredZipWriter out = new StoredZipWriter(folder.resolve("archive.zip"))) {
      out.add("a", new byte[10]);
      assertThatThrownBy(() -> out.add("b", InputStream.nullInputStream(), 5))
          .isInstanceOf(IOException.class);
    }
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void wantsNamesInOrder() throws IOException {
    try (StoredZipWriter out = new StoredZipWriter(folder.resolve("archive.zip"))) {
      out.add("b", new byte[1]);
      assertThatThrownBy(() -> out.add("a", new byte[1])).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> out.add("b", new byte[1])).isInstanceOf(IllegalStateException.class);
    }
  }
}
