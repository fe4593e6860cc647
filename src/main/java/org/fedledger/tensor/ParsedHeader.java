package org.fedledger.tensor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A safetensors header by whomever: keys in any order, tensors laid out in any order and of any
 * known type, but without gaps, overlaps or duplicates, and exactly as long as its file.
 *
 * @param tensors in name order
 * @param dataStart the file's first byte of data
 */
record ParsedHeader(Map<String, String> metadata, List<Located> tensors, long dataStart) {

  /**
   * A tensor and where it begins.
   *
   * @param begin bytes after the start of the data
   */
  record Located(TensorSpec spec, long begin) {
    long end() {
      return begin + spec.bytes();
    }
  }

  private static final int MAX_DEPTH = 3;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(SafetensorsHeader.MAX_BYTES)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Nobody else's names fill a cache that outlives their file.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  /**
   * The bytes that {@link #parse} needs: length field and header.
   *
   * @param lengthField the file's first 8 bytes, or all of a shorter file
   * @throws MalformedFileException if the file cannot hold such a header, or the header is longer
   *     than 16 MiB
   */
  static int prefixLength(byte[] lengthField, long fileSize) {
    if (lengthField.length < SafetensorsHeader.LENGTH_FIELD) {
      throw new MalformedFileException(
          "truncated: %d bytes are no safetensors file, which begins with 8 bytes of header length"
              .formatted(fileSize));
    }
    long length = ByteBuffer.wrap(lengthField).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > SafetensorsHeader.MAX_BYTES) {
      throw new MalformedFileException(
          "the header claims %s bytes; at most %d are allowed"
              .formatted(Long.toUnsignedString(length), SafetensorsHeader.MAX_BYTES));
    }
    if (length > fileSize - SafetensorsHeader.LENGTH_FIELD) {
      throw new MalformedFileException(
          "truncated: the header claims %d bytes, the file has %d after its length field"
              .formatted(length, fileSize - SafetensorsHeader.LENGTH_FIELD));
    }
    return SafetensorsHeader.LENGTH_FIELD + (int) length;
  }

  /**
   * @param prefix as long as {@link #prefixLength} says
   * @throws MalformedFileException for any other input
   */
  static ParsedHeader parse(byte[] prefix, long fileSize) {
    if (prefixLength(prefix, fileSize) != prefix.length) {
      throw new MalformedFileException(
          "the header's length field and the bytes given as header differ");
    }
    String text = decoded(prefix);
    if (!text.startsWith("{")) {
      throw new MalformedFileException("the header does not begin with {");
    }
    Map<String, String> metadata = new TreeMap<>();
    List<Located> tensors = new ArrayList<>();
    try (JsonParser json = JSON.createParser(text)) {
      json.nextToken();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals(TensorSpec.METADATA)) {
          readMetadata(json, metadata);
        } else {
          tensors.add(readTensor(json, name));
        }
      }
      requireSpaces(text, json.currentLocation().getCharOffset());
    } catch (JsonProcessingException e) {
      throw new MalformedFileException("the header is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalStateException("a string cannot fail to be read", e);
    }
    requireSeamless(tensors, fileSize - prefix.length);
    tensors.sort(Comparator.comparing(tensor -> tensor.spec().name()));
    return new ParsedHeader(metadata, List.copyOf(tensors), prefix.length);
  }

  private static String decoded(byte[] prefix) {
    ByteBuffer header =
        ByteBuffer.wrap(
            prefix, SafetensorsHeader.LENGTH_FIELD, prefix.length - SafetensorsHeader.LENGTH_FIELD);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(header).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedFileException("the header is not UTF-8", e);
    }
  }

  private static void readMetadata(JsonParser json, Map<String, String> metadata)
      throws IOException {
    require(json, JsonToken.START_OBJECT, TensorSpec.METADATA, "an object of strings");
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      json.nextToken();
      require(json, JsonToken.VALUE_STRING, TensorSpec.METADATA, "an object of strings");
      metadata.put(key, json.getText());
    }
  }

  private static Located readTensor(JsonParser json, String name) throws IOException {
    require(json, JsonToken.START_OBJECT, name, "an object");
    Map<String, Object> members = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      json.nextToken();
      switch (key) {
        case "dtype" -> {
          require(json, JsonToken.VALUE_STRING, name, "a string as dtype");
          members.put(key, json.getText());
        }
        case "shape", "data_offsets" -> members.put(key, readIntegers(json, name));
        default ->
            throw new MalformedFileException(
                "tensor %s has a member other than dtype, shape and data_offsets"
                    .formatted(shown(name)));
      }
    }
    if (members.size() != 3) {
      throw new MalformedFileException(
          "tensor %s lacks dtype, shape or data_offsets".formatted(shown(name)));
    }
    return located(name, members);
  }

  private static Located located(String name, Map<String, Object> members) {
    TensorSpec spec;
    try {
      ElementType type = ElementType.ofName((String) members.get("dtype"));
      spec = new TensorSpec(name, type, integers(members.get("shape")));
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException("tensor %s: %s".formatted(shown(name), e.getMessage()), e);
    }
    List<Long> offsets = integers(members.get("data_offsets"));
    if (offsets.size() != 2) {
      throw new MalformedFileException(
          "tensor %s has %d data_offsets; begin and end belong there"
              .formatted(name, offsets.size()));
    }
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (end - begin != spec.bytes()) {
      throw new MalformedFileException(
          "tensor %s has data_offsets %d and %d, but its shape %s of %s takes %d bytes"
              .formatted(name, begin, end, spec.shape(), spec.type(), spec.bytes()));
    }
    return new Located(spec, begin);
  }

  @SuppressWarnings("unchecked")
  private static List<Long> integers(Object list) {
    return (List<Long>) list;
  }

  /** An array of integers from 0 to 2^53-1, so that sums and differences of two fit a long. */
  private static List<Long> readIntegers(JsonParser json, String name) throws IOException {
    require(json, JsonToken.START_ARRAY, name, "an array of integers as shape and data_offsets");
    List<Long> integers = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      require(
          json, JsonToken.VALUE_NUMBER_INT, name, "an array of integers as shape and data_offsets");
      boolean fits = json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
      if (!fits || json.getLongValue() < 0 || json.getLongValue() > TensorSpec.MAX_BYTES) {
        throw new MalformedFileException(
            "tensor %s has a dimension or offset outside 0 to 2^53-1".formatted(shown(name)));
      }
      integers.add(json.getLongValue());
    }
    return integers;
  }

  private static void require(JsonParser json, JsonToken token, String name, String what) {
    if (json.currentToken() != token) {
      throw new MalformedFileException("%s: %s belongs there".formatted(shown(name), what));
    }
  }

  private static void requireSpaces(String text, long from) {
    if (!text.substring((int) from).matches(" *")) {
      throw new MalformedFileException("the header's JSON is followed by more than spaces");
    }
  }

  /** The tensors, sorted by position, cover the data from its first byte to its last, each once. */
  private static void requireSeamless(List<Located> tensors, long dataSize) {
    tensors.sort(Comparator.comparingLong(Located::begin).thenComparingLong(Located::end));
    long covered = 0;
    for (Located tensor : tensors) {
      if (tensor.begin() != covered) {
        throw new MalformedFileException(
            "tensor %s begins at data byte %d, %s at %d"
                .formatted(
                    tensor.spec().name(),
                    tensor.begin(),
                    tensor.begin() < covered
                        ? "inside another that ends"
                        : "leaving a gap after the one that ends",
                    covered));
      }
      covered = tensor.end();
    }
    if (covered != dataSize) {
      throw new MalformedFileException(
          "%s: the tensors take %d bytes of data, the file has %d"
              .formatted(covered > dataSize ? "truncated" : "too long", covered, dataSize));
    }
  }

  private static String shown(String name) {
    return name.length() <= 80 ? name : name.substring(0, 80) + "…";
  }
}
