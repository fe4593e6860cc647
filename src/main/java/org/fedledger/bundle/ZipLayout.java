package org.fedledger.bundle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The records of a ZIP archive (PKWARE APPNOTE 6.3.10) in the one form that bundles have: entries
 * stored, dated 1 January 1980, without attributes and comments. An extra field stands only where a
 * number does not fit into 32 bits (APPNOTE 4.5.3), and then holds just those numbers.
 */
final class ZipLayout {

  static final int LOCAL = 30;
  static final int CENTRAL = 46;
  static final int END = 22;
  static final int END_64 = 56;
  static final int LOCATOR = 20;

  /** Longest extra field of a record in the directory: two sizes and an offset. */
  static final int MAX_EXTRA = 4 + 3 * Long.BYTES;

  static final long MAX_32 = 0xffff_ffffL;
  static final int MAX_16 = 0xffff;

  /** Where the CRC stands in an entry's header. */
  static final int LOCAL_CRC = 14;

  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int CENTRAL_SIGNATURE = 0x02014b50;
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_64_SIGNATURE = 0x06064b50;
  private static final int LOCATOR_SIGNATURE = 0x07064b50;

  private static final short VERSION = 10;
  private static final short VERSION_64 = 45;
  private static final short JANUARY_1980 = 1 << 5 | 1;
  private static final short EXTRA_64 = 1;

  private ZipLayout() {}

  private static ByteBuffer buffer(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static boolean isLarge(long number) {
    return number >= MAX_32;
  }

  private static int narrowed(long number) {
    return (int) Math.min(number, MAX_32);
  }

  static int localLength(ZipEntryInfo entry) {
    return LOCAL + entry.name().length() + (isLarge(entry.size()) ? 4 + 2 * Long.BYTES : 0);
  }

  /** The header before an entry's content. */
  static byte[] local(ZipEntryInfo entry) {
    boolean large = isLarge(entry.size());
    ByteBuffer out =
        buffer(localLength(entry)).putInt(LOCAL_SIGNATURE).putShort(large ? VERSION_64 : VERSION);
    common(out, entry).putShort((short) (large ? 4 + 2 * Long.BYTES : 0));
    out.put(entry.name().getBytes(StandardCharsets.US_ASCII));
    if (large) {
      out.putShort(EXTRA_64).putShort((short) (2 * Long.BYTES));
      out.putLong(entry.size()).putLong(entry.size());
    }
    return out.array();
  }

  /** Flags, method, date, CRC, sizes and the name's length. */
  private static ByteBuffer common(ByteBuffer out, ZipEntryInfo entry) {
    return out.putShort((short) 0)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort(JANUARY_1980)
        .putInt((int) entry.crc())
        .putInt(narrowed(entry.size()))
        .putInt(narrowed(entry.size()))
        .putShort((short) entry.name().length());
  }

  /** The entry's record in the directory. */
  static byte[] central(ZipEntryInfo entry) {
    boolean largeSize = isLarge(entry.size());
    boolean largeOffset = isLarge(entry.offset());
    int numbers = (largeSize ? 2 : 0) + (largeOffset ? 1 : 0);
    int extra = numbers == 0 ? 0 : 4 + numbers * Long.BYTES;
    short version = numbers == 0 ? VERSION : VERSION_64;
    ByteBuffer out =
        buffer(CENTRAL + entry.name().length() + extra)
            .putInt(CENTRAL_SIGNATURE)
            .putShort(version)
            .putShort(version);
    common(out, entry)
        .putShort((short) extra)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort((short) 0)
        .putInt(0)
        .putInt(narrowed(entry.offset()));
    out.put(entry.name().getBytes(StandardCharsets.US_ASCII));
    if (numbers > 0) {
      out.putShort(EXTRA_64).putShort((short) (numbers * Long.BYTES));
      if (largeSize) {
        out.putLong(entry.size()).putLong(entry.size());
      }
      if (largeOffset) {
        out.putLong(entry.offset());
      }
    }
    return out.array();
  }

  /**
   * The records after the directory.
   *
   * @param entries how many
   * @param size of the directory in bytes
   * @param offset of the directory
   */
  static byte[] end(long entries, long size, long offset) {
    boolean large = entries >= MAX_16 || isLarge(size) || isLarge(offset);
    ByteBuffer out = buffer((large ? END_64 + LOCATOR : 0) + END);
    if (large) {
      out.putInt(END_64_SIGNATURE).putLong(END_64 - 12);
      out.putShort(VERSION_64).putShort(VERSION_64).putInt(0).putInt(0);
      out.putLong(entries).putLong(entries).putLong(size).putLong(offset);
      out.putInt(LOCATOR_SIGNATURE).putInt(0).putLong(offset + size).putInt(1);
    }
    short count = (short) Math.min(entries, MAX_16);
    out.putInt(END_SIGNATURE).putShort((short) 0).putShort((short) 0);
    out.putShort(count).putShort(count).putInt(narrowed(size)).putInt(narrowed(offset));
    return out.putShort((short) 0).array();
  }

  /** What the records after the directory say of it. */
  record Directory(long entries, long size, long offset) {}

  /**
   * Reads what {@link #end} writes, without checking it.
   *
   * @param tail the archive's last bytes, at most {@code END_64 + LOCATOR + END} of them
   */
  static Directory directory(byte[] tail) {
    ByteBuffer end = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
    int at = tail.length - END;
    long entries = end.getShort(at + 10) & MAX_16;
    long size = end.getInt(at + 12) & MAX_32;
    long offset = end.getInt(at + 16) & MAX_32;
    boolean large = entries == MAX_16 || size == MAX_32 || offset == MAX_32;
    if (!large || tail.length < END_64 + LOCATOR + END) {
      return new Directory(entries, size, offset);
    }
    int at64 = tail.length - END - LOCATOR - END_64;
    return new Directory(end.getLong(at64 + 32), end.getLong(at64 + 40), end.getLong(at64 + 48));
  }

  /** An entry's record in the directory, without checking it. */
  static ZipEntryInfo entry(byte[] fixed, byte[] name, byte[] extra) {
    ByteBuffer record = ByteBuffer.wrap(fixed).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer more = ByteBuffer.wrap(extra).order(ByteOrder.LITTLE_ENDIAN);
    long size = record.getInt(24) & MAX_32;
    long offset = record.getInt(42) & MAX_32;
    int next = 4;
    if (size == MAX_32 && extra.length >= next + 2 * Long.BYTES) {
      size = more.getLong(next);
      next += 2 * Long.BYTES;
    }
    if (offset == MAX_32 && extra.length >= next + Long.BYTES) {
      offset = more.getLong(next);
    }
    return new ZipEntryInfo(
        new String(name, StandardCharsets.ISO_8859_1), size, record.getInt(16) & MAX_32, offset);
  }

  static int nameLength(byte[] fixed) {
    return ByteBuffer.wrap(fixed).order(ByteOrder.LITTLE_ENDIAN).getShort(28) & MAX_16;
  }

  static int extraLength(byte[] fixed) {
    return ByteBuffer.wrap(fixed).order(ByteOrder.LITTLE_ENDIAN).getShort(30) & MAX_16;
  }
}
