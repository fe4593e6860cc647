package org.fedledger.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The header of a canonical safetensors file: RFC 8785 JSON padded with spaces to 8 bytes, tensors
 * in name order without gaps, metadata if there is any.
 *
 * <p>A header is a function of metadata and tensors, so a file has only one; what {@link #parse}
 * takes, {@link #encode} gives back byte for byte.
 */
public final class SafetensorsHeader {

  /** Bytes of the largest header, its length field not counted. */
  public static final int MAX_BYTES = 16 << 20;

  /** Bytes of the length field before the header: unsigned, little-endian. */
  static final int LENGTH_FIELD = Long.BYTES;

  private static final int ALIGNMENT = 8;

  private final SortedMap<String, String> metadata;
  private final List<TensorSpec> tensors;

  /**
   * @param metadata keys 1 to 256 of {@code A-Z a-z 0-9 . _ / -}, values printable ASCII
   * @param tensors in any order
   * @throws IllegalArgumentException for two tensors of one name, an element type that only files
   *     by others may have, other metadata, or a file of more than 2^53-1 bytes
   */
  public SafetensorsHeader(Map<String, String> metadata, Collection<TensorSpec> tensors) {
    this.metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    this.tensors = tensors.stream().sorted(Comparator.comparing(TensorSpec::name)).toList();
    metadata.forEach(SafetensorsHeader::requireMetadata);
    long left = TensorSpec.MAX_BYTES - LENGTH_FIELD - MAX_BYTES;
    for (int i = 0; i < this.tensors.size(); i++) {
      TensorSpec tensor = this.tensors.get(i);
      if (i > 0 && tensor.name().equals(this.tensors.get(i - 1).name())) {
        throw new IllegalArgumentException(
            "two tensors are named %s; each name stands once".formatted(tensor.name()));
      }
      if (!tensor.type().canonical()) {
        throw new IllegalArgumentException(
            "tensor %s is %s; a canonical file holds it as %s"
                .formatted(tensor.name(), tensor.type(), tensor.type().widened()));
      }
      left -= tensor.bytes();
      if (left < 0) {
        throw new IllegalArgumentException("the tensors together exceed 2^53-1 bytes");
      }
    }
  }

  private static void requireMetadata(String key, String value) {
    if (!key.matches("[A-Za-z0-9._/-]{1,256}")) {
      throw new IllegalArgumentException(
          "a metadata key is 1 to 256 of A-Z a-z 0-9 . _ / -; this file has another");
    }
    if (!value.matches("[ -~]*")) {
      throw new IllegalArgumentException(
          "the metadata value of '%s' is not printable ASCII".formatted(key));
    }
  }

  /**
   * Reads the header of a canonical file.
   *
   * @param prefix the file's first bytes: the length field and all of the header
   * @param fileSize bytes of the whole file
   * @throws MalformedFileException for anything but the canonical form of a file of this size
   */
  public static SafetensorsHeader parse(byte[] prefix, long fileSize) {
    ParsedHeader parsed = ParsedHeader.parse(prefix, fileSize);
    SafetensorsHeader header = of(parsed);
    byte[] canonical = header.encode();
    if (!Arrays.equals(prefix, canonical)) {
      throw new MalformedFileException(
          "not canonical: the header's JSON differs from its own re-serialisation from byte %d on (RFC 8785, tensors laid out in name order, padded with the fewest spaces to 8 bytes); canonicalise the file first"
              .formatted(Arrays.mismatch(prefix, canonical)));
    }
    return header;
  }

  /**
   * Reads the header of a canonical file, and checks that the file is as long as it says.
   *
   * @throws MalformedFileException for any other form; the message names the file
   */
  public static SafetensorsHeader read(Path file) throws IOException {
    return MappedTensors.readHeader(file, SafetensorsHeader::parse);
  }

  private static SafetensorsHeader of(ParsedHeader parsed) {
    try {
      return new SafetensorsHeader(
          parsed.metadata(), parsed.tensors().stream().map(ParsedHeader.Located::spec).toList());
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException("not canonical: " + e.getMessage(), e);
    }
  }

  /** Sorted by key. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** In name order, which is the order of their data. */
  public List<TensorSpec> tensors() {
    return tensors;
  }

  /** Bytes of all tensors. */
  public long dataSize() {
    return tensors.stream().mapToLong(TensorSpec::bytes).sum();
  }

  /** Bytes of the file that this header begins. */
  public long fileSize() {
    return encode().length + dataSize();
  }

  /**
   * The length field and the padded header: a canonical file up to its first element.
   *
   * @throws IllegalArgumentException if that takes more than {@link #MAX_BYTES}
   */
  public byte[] encode() {
    byte[] json = json().getBytes(StandardCharsets.US_ASCII);
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (padded > MAX_BYTES) {
      throw new IllegalArgumentException(
          "the header takes %d bytes; at most %d are allowed".formatted(padded, MAX_BYTES));
    }
    byte[] encoded = new byte[LENGTH_FIELD + padded];
    Arrays.fill(encoded, (byte) ' ');
    ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(json);
    return encoded;
  }

  /** RFC 8785 by hand: keys are ASCII, so their order is that of their bytes. */
  private String json() {
    SortedMap<String, String> members = new TreeMap<>();
    if (!metadata.isEmpty()) {
      members.put(TensorSpec.METADATA, metadataJson());
    }
    long offset = 0;
    for (TensorSpec tensor : tensors) {
      members.put(tensor.name(), tensorJson(tensor, offset));
      offset += tensor.bytes();
    }
    return members.entrySet().stream()
        .map(member -> "\"" + member.getKey() + "\":" + member.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  private String metadataJson() {
    return metadata.entrySet().stream()
        .map(entry -> "\"" + entry.getKey() + "\":\"" + escaped(entry.getValue()) + "\"")
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String tensorJson(TensorSpec tensor, long offset) {
    return tensor.shape().stream()
        .map(String::valueOf)
        .collect(
            Collectors.joining(
                ",",
                // Not formatted, since %d follows the locale.
                "{\"data_offsets\":["
                    + offset
                    + ","
                    + (offset + tensor.bytes())
                    + "],\"dtype\":\""
                    + tensor.type()
                    + "\",\"shape\":[",
                "]}"));
  }

  private static String escaped(String printableAscii) {
    return printableAscii.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SafetensorsHeader that
        && metadata.equals(that.metadata)
        && tensors.equals(that.tensors);
  }

  @Override
  public int hashCode() {
    return 31 * metadata.hashCode() + tensors.hashCode();
  }

  @Override
  public String toString() {
    return json();
  }
}
