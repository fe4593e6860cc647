package org.fedledger.devnet.command;

import org.fedledger.devnet.besu.Enode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a node is to answer its peers.
 *
 * @param host a name or an IPv4 address
 */
record HostAndPort(String host, int port) {

  /** Reads {@code HOST} or {@code HOST:PORT}. */
  static final class Converter implements ITypeConverter<HostAndPort> {

    @Override
    public HostAndPort convert(String text) {
      int colon = text.lastIndexOf(':');
      try {
        return colon < 0
            ? new HostAndPort(text, Enode.DEFAULT_PORT)
            : new HostAndPort(
                text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'%s' is not HOST or HOST:PORT".formatted(text));
      }
    }
  }

  /** Reads {@code enode://PUBLICKEY@HOST:PORT}. */
  static final class EnodeConverter implements ITypeConverter<Enode> {

    @Override
    public Enode convert(String text) {
      try {
        return Enode.of(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
