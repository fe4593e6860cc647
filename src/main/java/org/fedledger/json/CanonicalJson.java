package org.fedledger.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.erdtman.jcs.JsonCanonicalizer;

/**
 * The one form of a JSON document: RFC 8785 in UTF-8, an object or an array, at most 32 levels and
 * 1 MiB, without numbers beyond 2^53-1 (which travel as decimal strings).
 *
 * <p>What {@link #parse} takes, {@link #write} gives back byte for byte, and the other way round.
 */
public final class CanonicalJson {

  /** Bytes of the largest document. */
  public static final int MAX_BYTES = 1 << 20;

  /** Objects and arrays within one another, the outermost counted. */
  public static final int MAX_DEPTH = 32;

  /** 2^53-1, the largest integer below which every integer is a binary64 number. */
  public static final long MAX_INTEGER = (1L << 53) - 1;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(MAX_BYTES)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  // Nobody else's names fill a cache that outlives their document.
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private CanonicalJson() {}

  /**
   * Reads a document.
   *
   * @throws MalformedJsonException for anything that is not canonical JSON within the bounds above,
   *     duplicate keys included
   */
  public static JsonNode parse(byte[] document) {
    requireSize(document.length);
    JsonNode tree = tree(decoded(document));
    byte[] canonical = write(tree);
    if (!Arrays.equals(document, canonical)) {
      throw new MalformedJsonException(
          "not canonical JSON (RFC 8785): from byte %d on it differs from its own re-serialisation; write it without spaces, with sorted keys and shortest numbers"
              .formatted(Arrays.mismatch(document, canonical)));
    }
    return tree;
  }

  /**
   * Writes a document in its canonical form.
   *
   * @throws MalformedJsonException for a tree that has none within the bounds above: numbers that
   *     are not finite, beyond 2^53-1 or of decimal or single precision, unpaired surrogates, nodes
   *     that are not JSON
   */
  public static byte[] write(JsonNode tree) {
    if (!tree.isContainerNode()) {
      throw new MalformedJsonException("a JSON document is an object or an array");
    }
    requireWritable(tree, "$", 1);
    try {
      byte[] canonical = new JsonCanonicalizer(MAPPER.writeValueAsString(tree)).getEncodedUTF8();
      requireSize(canonical.length);
      return canonical;
    } catch (IOException e) {
      throw new MalformedJsonException("no canonical form: " + e.getMessage(), e);
    }
  }

  private static String decoded(byte[] document) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedJsonException("not JSON: the bytes are not UTF-8", e);
    }
  }

  private static JsonNode tree(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new MalformedJsonException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static void requireWritable(JsonNode node, String path, int depth) {
    switch (node.getNodeType()) {
      case OBJECT -> {
        requireDepth(path, depth);
        for (Map.Entry<String, JsonNode> field : node.properties()) {
          requireWellFormed(field.getKey(), path);
          requireWritable(field.getValue(), path + "." + field.getKey(), depth + 1);
        }
      }
      case ARRAY -> {
        requireDepth(path, depth);
        for (int i = 0; i < node.size(); i++) {
          requireWritable(node.get(i), path + "[" + i + "]", depth + 1);
        }
      }
      case NUMBER -> requireRange(node, path);
      case STRING -> requireWellFormed(node.textValue(), path);
      case BOOLEAN, NULL -> {}
      default -> throw new MalformedJsonException(path + ": not a JSON value");
    }
  }

  private static void requireDepth(String path, int depth) {
    if (depth > MAX_DEPTH) {
      throw new MalformedJsonException("%s: deeper than %d levels".formatted(path, MAX_DEPTH));
    }
  }

  private static void requireRange(JsonNode number, String path) {
    if (number.isFloat() || number.isBigDecimal()) {
      throw new MalformedJsonException(path + ": not a binary64 number or an integer");
    }
    double value = number.doubleValue();
    boolean exact = !number.isIntegralNumber() || number.canConvertToLong();
    if (!exact || !(Math.abs(value) <= MAX_INTEGER)) {
      throw new MalformedJsonException(
          path + ": a number lies within 2^53-1 of zero; write a larger integer as a string");
    }
  }

  private static void requireWellFormed(String text, String path) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new MalformedJsonException(path + ": a string with half a surrogate pair");
    }
  }

  private static void requireSize(int bytes) {
    if (bytes > MAX_BYTES) {
      throw new MalformedJsonException(
          "a JSON document has at most %d bytes, not %d".formatted(MAX_BYTES, bytes));
    }
  }

  /**
   * What a file holds that should be canonical JSON; none is read that is too long for it.
   *
   * @throws MalformedJsonException if it has more than {@link #MAX_BYTES}
   */
  public static byte[] content(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new MalformedJsonException("it has more than %d bytes".formatted(MAX_BYTES));
    }
    return Files.readAllBytes(file);
  }
}
