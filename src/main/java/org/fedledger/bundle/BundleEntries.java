package org.fedledger.bundle;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fedledger.types.Digest;

/** The names of a bundle's entries, in the order in which they stand. */
final class BundleEntries {

  /** Headers in one entry. */
  static final int CHUNK = 10_000;

  /** Longest entry of headers or receipts that is read. */
  static final int MAX_BYTES = 256 << 20;

  private static final String BLOBS = "blobs/";
  private static final String HEADERS = "headers/";
  private static final String RECEIPTS = "receipts/";
  private static final String UPLOADS = "uploads/";
  private static final Pattern BLOCK = Pattern.compile("(headers|receipts)/(\\d{12})\\.rlp");

  private BundleEntries() {}

  static String blob(Digest digest) {
    return BLOBS + digest.hex();
  }

  /**
   * @param first number of the first header in it
   */
  static String headers(long first) {
    return block(HEADERS, first);
  }

  static String receipts(long block) {
    return block(RECEIPTS, block);
  }

  /**
   * @param content of a signed upload receipt
   */
  static String upload(byte[] content) {
    return UPLOADS + Digest.ofContent(content).hex() + ".json";
  }

  private static String block(String folder, long number) {
    return "%s%012d.rlp".formatted(folder, number).toLowerCase(Locale.ROOT);
  }

  static boolean isHeaders(String name) {
    return name.startsWith(HEADERS);
  }

  static boolean isReceipts(String name) {
    return name.startsWith(RECEIPTS);
  }

  static boolean isBlob(String name) {
    return name.startsWith(BLOBS);
  }

  static boolean isUpload(String name) {
    return name.startsWith(UPLOADS);
  }

  /** The number in the name of an entry of headers or receipts. */
  static long number(String name) {
    Matcher matcher = BLOCK.matcher(name);
    if (!matcher.matches()) {
      throw new MalformedBundleException("no entry may be named '%s'".formatted(name));
    }
    return Long.parseLong(matcher.group(2));
  }

  /** The digest in the name of a blob's entry. */
  static Optional<Digest> digest(String name) {
    String hex = name.substring(BLOBS.length());
    return hex.matches("[0-9a-f]{64}") ? Optional.of(Digest.of("0x" + hex)) : Optional.empty();
  }
}
