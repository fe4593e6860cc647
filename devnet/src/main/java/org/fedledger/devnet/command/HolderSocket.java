package org.fedledger.devnet.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.fedledger.client.cli.CommandException;

/**
 * Where the process that holds a network can be asked to start validators anew, by the same user
 * and nobody else: a socket in a folder of that user's own. It is asked for one thing at a time.
 */
final class HolderSocket implements AutoCloseable {

  /** What is asked of the holder. */
  interface Restarts {

    /**
     * @param validator from 0; empty for all
     * @param talk told what happens meanwhile, a line at a time
     */
    void restart(OptionalInt validator, Consumer<String> talk)
        throws IOException, InterruptedException;
  }

  private static final String ALL = "all";
  private static final String DONE = "done";
  private static final String FAILED = "failed ";
  private static final String TALK = "talk ";

  private final Path path;
  private final ServerSocketChannel server;
  private final Restarts restarts;

  private HolderSocket(Path path, ServerSocketChannel server, Restarts restarts) {
    this.path = path;
    this.server = server;
    this.restarts = restarts;
  }

  /** Listens until it is closed, or the process ends. */
  static HolderSocket open(Restarts restarts) throws IOException {
    // A socket's path is short, which a network's folder need not be.
    Path path = Files.createTempDirectory("fedledger-").resolve("holder");
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    HolderSocket socket = new HolderSocket(path, server, restarts);
    Thread.ofVirtual().name("holder").start(socket::serve);
    return socket;
  }

  Path path() {
    return path;
  }

  private void serve() {
    while (true) {
      try (SocketChannel client = server.accept()) {
        answer(client);
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        // This one went away; the next is listened to.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void answer(SocketChannel client) throws IOException, InterruptedException {
    BufferedReader in = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8));
    PrintWriter out = new PrintWriter(Channels.newWriter(client, StandardCharsets.UTF_8), true);
    String asked = in.readLine();
    try {
      OptionalInt validator =
          ALL.equals(asked) ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(asked));
      restarts.restart(validator, line -> out.println(TALK + line));
      out.println(DONE);
    } catch (IOException | RuntimeException e) {
      out.println(FAILED + String.valueOf(e.getMessage()).replace('\n', ' '));
    }
  }

  /**
   * Asks a holder, and waits until it is done.
   *
   * @throws CommandException if it cannot, saying why
   */
  static void restart(Path socket, OptionalInt validator, Consumer<String> talk)
      throws IOException {
    String last = null;
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      new PrintWriter(Channels.newWriter(channel, StandardCharsets.UTF_8), true)
          .println(validator.isPresent() ? Integer.toString(validator.getAsInt()) : ALL);
      BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        last = line;
        if (line.startsWith(TALK)) {
          talk.accept(line.substring(TALK.length()));
        }
      }
    } catch (IOException e) {
      throw CommandException.outOfReach(
          "the process that holds the network does not answer: " + e.getMessage(), e);
    }
    if (!DONE.equals(last)) {
      throw CommandException.outOfReach(
          last != null && last.startsWith(FAILED)
              ? last.substring(FAILED.length())
              : "the process that holds the network ended meanwhile",
          null);
    }
  }

  /** What a holder that was killed left there. */
  static void remove(Path socket) throws IOException {
    Files.deleteIfExists(socket);
    Files.deleteIfExists(socket.getParent());
  }

  @Override
  public void close() throws IOException {
    server.close();
    remove(path);
  }
}
