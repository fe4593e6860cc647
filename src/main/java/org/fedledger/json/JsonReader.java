package org.fedledger.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Reads the members of one JSON object, and says where it stands when something is wrong, such as
 * {@code plan.rule.serverRate: ...}.
 *
 * <p>Ends with {@link #end()}, which refuses members that nobody asked for. Every method throws
 * {@link MalformedJsonException} where the member is missing (unless optional) or of another form.
 */
public final class JsonReader {

  private static final BigInteger MAX_UINT64 = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

  private final String path;
  private final JsonNode object;
  private final Set<String> unread = new TreeSet<>();

  private JsonReader(String path, JsonNode object) {
    this.path = path;
    this.object = object;
    object.fieldNames().forEachRemaining(unread::add);
  }

  /**
   * @param name of the document, such as {@code plan}, with which its paths begin
   */
  public static JsonReader of(String name, JsonNode node) {
    if (!node.isObject()) {
      throw new MalformedJsonException(name + ": an object belongs here, not " + kind(node));
    }
    return new JsonReader(name, node);
  }

  /** Where this object stands. */
  public String path() {
    return path;
  }

  /** Whether there is such a member, null included. */
  public boolean has(String key) {
    return object.has(key);
  }

  /** The keys of all members, sorted. */
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    keys.sort(null);
    return keys;
  }

  /** The member as it is. */
  public JsonNode node(String key) {
    unread.remove(key);
    JsonNode node = object.get(key);
    if (node == null) {
      throw new MalformedJsonException(at(key) + ": missing");
    }
    return node;
  }

  public JsonReader object(String key) {
    return of(at(key), node(key));
  }

  public String text(String key) {
    return text(at(key), node(key));
  }

  /** A string read by some type's own reader, such as {@code Digest::of}. */
  public <T> T text(String key, Function<String, T> reader) {
    return read(at(key), text(key), reader);
  }

  public boolean flag(String key) {
    JsonNode node = node(key);
    if (!node.isBoolean()) {
      throw expected(at(key), "true or false", node);
    }
    return node.booleanValue();
  }

  /** A whole number between the bounds, both included; the bounds lie within 2^53-1 of zero. */
  public long integer(String key, long min, long max) {
    return integer(at(key), node(key), min, max);
  }

  /** A number between the bounds, both included. */
  public double number(String key, double min, double max) {
    JsonNode node = node(key);
    if (!node.isNumber()) {
      throw expected(at(key), "a number", node);
    }
    double value = node.doubleValue();
    if (!(value >= min && value <= max)) {
      throw new MalformedJsonException(
          "%s: a number from %s to %s belongs here, not %s".formatted(at(key), min, max, value));
    }
    return value;
  }

  /** A count or size: a number up to 2^53-1, above that a decimal string; as an unsigned long. */
  public long uint64(String key) {
    JsonNode node = node(key);
    if (node.isNumber()) {
      return integer(at(key), node, 0, CanonicalJson.MAX_INTEGER);
    }
    BigInteger value = decimal(key, MAX_UINT64);
    if (value.bitLength() <= 53) {
      throw new MalformedJsonException(
          at(key) + ": up to 2^53-1 a count is written as a number, not as a string");
    }
    return value.longValue();
  }

  /** A decimal string without sign or leading zeros, from 0 to max. */
  public BigInteger decimal(String key, BigInteger max) {
    String text = text(key);
    if (!text.matches("0|[1-9][0-9]{0,77}")) {
      throw new MalformedJsonException(
          at(key) + ": a decimal string without sign or leading zeros belongs here");
    }
    BigInteger value = new BigInteger(text);
    if (value.compareTo(max) > 0) {
      throw new MalformedJsonException("%s: at most %s, not %s".formatted(at(key), max, value));
    }
    return value;
  }

  /** An array of objects, each read by the function. */
  public <T> List<T> objects(String key, Function<JsonReader, T> reader) {
    return elements(key, (where, node) -> reader.apply(of(where, node)));
  }

  /** An array of strings, each read by some type's own reader, such as {@code Digest::of}. */
  public <T> List<T> texts(String key, Function<String, T> reader) {
    return elements(key, (where, node) -> read(where, text(where, node), reader));
  }

  /** An array of whole numbers between the bounds, both included. */
  public List<Long> integers(String key, long min, long max) {
    return elements(key, (where, node) -> integer(where, node, min, max));
  }

  /** What the function reads from this reader, if there is such a member. */
  public <T> Optional<T> optional(String key, BiFunction<JsonReader, String, T> reader) {
    return has(key) ? Optional.of(reader.apply(this, key)) : Optional.empty();
  }

  /** Refuses members that nothing above has read. */
  public void end() {
    if (!unread.isEmpty()) {
      throw new MalformedJsonException(
          "%s: unknown member; remove it or correct its name"
              .formatted(at(unread.iterator().next())));
    }
  }

  /** A complaint about a member, for what only its reader can judge. */
  public MalformedJsonException malformed(String key, String why) {
    return new MalformedJsonException(at(key) + ": " + why);
  }

  private String at(String key) {
    return path + "." + key;
  }

  private <T> List<T> elements(String key, BiFunction<String, JsonNode, T> reader) {
    JsonNode array = node(key);
    if (!array.isArray()) {
      throw expected(at(key), "an array", array);
    }
    List<T> elements = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      elements.add(reader.apply(at(key) + "[" + i + "]", array.get(i)));
    }
    return List.copyOf(elements);
  }

  private static String text(String where, JsonNode node) {
    if (!node.isTextual()) {
      throw expected(where, "a string", node);
    }
    return node.textValue();
  }

  private static long integer(String where, JsonNode node, long min, long max) {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw expected(where, "a whole number", node);
    }
    long value = node.longValue();
    if (value < min || value > max) {
      throw new MalformedJsonException(
          "%s: a whole number from %d to %d belongs here, not %d"
              .formatted(where, min, max, value));
    }
    return value;
  }

  private static <T> T read(String where, String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new MalformedJsonException(where + ": " + e.getMessage(), e);
    }
  }

  private static MalformedJsonException expected(String where, String what, JsonNode actual) {
    return new MalformedJsonException(
        "%s: %s belongs here, not %s".formatted(where, what, kind(actual)));
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "an array";
      case STRING -> "a string";
      case NUMBER -> node.toString();
      case BOOLEAN -> node.toString();
      case NULL -> "null";
      default -> "nothing";
    };
  }
}
