package org.fedledger.bundle;

/**
 * One entry of an archive.
 *
 * @param name at most 128 of {@code a-z 0-9 . _ - /}; parts between slashes start with a letter or
 *     digit
 * @param size in bytes
 * @param crc CRC-32 of the content, unsigned
 * @param offset of its header from the start of the archive
 */
record ZipEntryInfo(String name, long size, long crc, long offset) {

  static final int MAX_NAME = 128;

  ZipEntryInfo {
    if (!isName(name)) {
      throw new MalformedBundleException("no entry may be named '%s'".formatted(printable(name)));
    }
    if (size < 0 || offset < 0) {
      throw new MalformedBundleException("entry '%s' has no possible size".formatted(name));
    }
  }

  static boolean isName(String name) {
    if (name.isEmpty() || name.length() > MAX_NAME || name.endsWith("/")) {
      return false;
    }
    boolean begins = true;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean plain = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
      if (!plain && (begins || c != '.' && c != '_' && c != '-' && c != '/')) {
        return false;
      }
      begins = c == '/';
    }
    return true;
  }

  /** A name for an error's text, whatever bytes it has. */
  static String printable(String name) {
    StringBuilder out = new StringBuilder();
    name.chars().limit(MAX_NAME).forEach(c -> out.append(c > ' ' && c < 0x7f ? (char) c : '?'));
    return out.toString();
  }

  /** Bytes of the content's start, from the start of the archive. */
  long contentOffset() {
    return offset + ZipLayout.localLength(this);
  }

  /** Where the next entry's header stands. */
  long end() {
    return contentOffset() + size;
  }
}
