package org.fedledger.devnet.besu;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.fedledger.client.cli.CommandException;
import org.fedledger.devnet.network.HeldProcess;
import org.fedledger.devnet.network.Network;
import org.fedledger.devnet.network.RunningValidator;

/**
 * Validators of Hyperledger Besu on loopback, which agree on a block a second by QBFT, without
 * fees. Its folder keeps keys, genesis, chains and logs.
 */
public final class BesuNetwork implements Network {

  /** From the start to the first block; four on two busy cores were seen to take 170 s. */
  static final Duration PATIENCE = Duration.ofMinutes(6);

  private final String title;
  private final List<BesuValidator> validators;
  private final Duration patience;
  private final Consumer<String> talk;
  private final BesuRpc calls = new BesuRpc();
  private volatile boolean closed;

  /** Whether validators are ended to be started again; what waits for their end goes on waiting. */
  private boolean renewing;

  private BesuNetwork(
      String title, List<BesuValidator> validators, Duration patience, Consumer<String> talk) {
    this.title = title;
    this.validators = validators;
    this.patience = patience;
    this.talk = talk;
  }

  /**
   * The network of a folder, not started yet; keys, genesis and ports that are there are used
   * again.
   *
   * @param validators how many; empty for as many as the folder has, or else 4
   * @param rpc port of the first one's RPC; empty for the one it had, or else a free one
   * @param talk told how far each validator is, a line at a time
   * @throws CommandException if that does not fit what is in the folder
   */
  public static BesuNetwork in(
      Path folder,
      BesuInstallation besu,
      OptionalInt validators,
      OptionalInt rpc,
      Consumer<String> talk)
      throws IOException {
    return in(folder, besu, validators, rpc, talk, PATIENCE);
  }

  static BesuNetwork in(
      Path folder,
      BesuInstallation besu,
      OptionalInt validators,
      OptionalInt rpc,
      Consumer<String> talk,
      Duration patience)
      throws IOException {
    requireCount(validators);
    BesuFolder kept = new BesuFolder(folder);
    String what =
        "Besu%s (%s)"
            .formatted(besu.version().map(version -> " " + version).orElse(""), besu.source());
    List<ValidatorSetup> setups = kept.prepare(validators, rpc);
    return of(folder, setups, new BesuCommand(besu, kept.genesis()), what, talk, patience);
  }

  /** As the other one, with the validators in containers. */
  static BesuNetwork inContainers(
      Path folder,
      DockerCompose docker,
      OptionalInt validators,
      OptionalInt rpc,
      Consumer<String> talk)
      throws IOException {
    requireCount(validators);
    List<ValidatorSetup> setups = new BesuFolder(folder).prepare(validators, rpc);
    String what = "Besu (containers of %s)".formatted(BesuRelease.PINNED.image());
    ComposedProgram program = ComposedProgram.write(docker, folder, setups);
    return of(folder, setups, program, what, talk, PATIENCE);
  }

  private static BesuNetwork of(
      Path folder,
      List<ValidatorSetup> setups,
      ValidatorProgram program,
      String what,
      Consumer<String> talk,
      Duration patience) {
    List<BesuValidator> all =
        setups.stream().map(setup -> new BesuValidator(setup, program)).toList();
    String title =
        "Starting %d validators of %s; their logs are in %s".formatted(all.size(), what, folder);
    return new BesuNetwork(title, all, patience, talk);
  }

  private static void requireCount(OptionalInt validators) {
    int count = validators.orElse(BesuFolder.DEFAULT_VALIDATORS);
    if (count < 1 || count > BesuFolder.MAX_VALIDATORS) {
      throw CommandException.usage(
          "validators are 1 to %d, not %d".formatted(BesuFolder.MAX_VALIDATORS, count));
    }
  }

  @Override
  public String kind() {
    return BesuKind.NAME;
  }

  @Override
  public URI rpc() {
    return validators.getFirst().rpc();
  }

  @Override
  public URI webSocket() {
    return validators.getFirst().webSocket();
  }

  @Override
  public List<RunningValidator> validators() {
    return validators.stream().map(BesuValidator::running).toList();
  }

  /** All at once, since none makes a block before two thirds are there. */
  @Override
  public void start() throws IOException, InterruptedException {
    talk.accept(title);
    bringUp(validators, true);
  }

  private void bringUp(List<BesuValidator> some, boolean blocks)
      throws IOException, InterruptedException {
    try {
      for (BesuValidator validator : some) {
        launch(validator);
      }
      long others =
          validators.stream().filter(BesuValidator::isAlive).filter(v -> !some.contains(v)).count();
      int peers = (int) others + some.size() - 1;
      new ValidatorStartup(some, peers, blocks, calls, patience, talk, () -> closed).await();
    } catch (IOException | InterruptedException | RuntimeException e) {
      some.forEach(BesuValidator::release);
      some.forEach(BesuValidator::close);
      throw e;
    }
    some.forEach(this::tellOfItsEnd);
  }

  /** So that none is started behind the back of {@link #close}. */
  private synchronized void launch(BesuValidator validator) throws IOException {
    if (closed) {
      throw new IOException("the network was ended while it started");
    }
    validator.launch();
  }

  private void tellOfItsEnd(BesuValidator validator) {
    HeldProcess process = validator.process().orElseThrow();
    process
        .ended()
        .thenAccept(
            exitCode -> {
              if (validator.isWanted()) {
                talk.accept(
                    "  %s ended by itself with exit code %d; see %s"
                        .formatted(validator.name(), exitCode, validator.log()));
              }
            });
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    do {
      for (BesuValidator validator : validators) {
        while (validator.isAlive()) {
          try {
            validator.process().orElseThrow().ended().get();
          } catch (ExecutionException e) {
            throw new IllegalStateException("waiting for a process does not fail", e);
          }
        }
      }
      awaitRenewal();
    } while (validators.stream().anyMatch(BesuValidator::isAlive));
  }

  private synchronized void awaitRenewal() throws InterruptedException {
    while (renewing) {
      wait();
    }
  }

  @Override
  public void kill() {
    together(validators, BesuValidator::kill);
  }

  @Override
  public void restart() throws IOException, InterruptedException {
    requireGone(validators);
    bringUp(validators, true);
  }

  @Override
  public void killValidator(int index) {
    validators.get(index).kill();
  }

  @Override
  public void restartValidator(int index) throws IOException, InterruptedException {
    List<BesuValidator> one = List.of(validators.get(index));
    requireGone(one);
    bringUp(one, true);
  }

  /** All at once, so that all begin with the first round of the next block. */
  @Override
  public void renew() throws IOException, InterruptedException {
    renew(validators, true);
  }

  @Override
  public void renewValidator(int index) throws IOException, InterruptedException {
    renew(List.of(validators.get(index)), false);
  }

  private void renew(List<BesuValidator> some, boolean blocks)
      throws IOException, InterruptedException {
    setRenewing(true);
    try {
      some.forEach(BesuValidator::release);
      together(some, BesuValidator::close);
      bringUp(some, blocks);
    } finally {
      setRenewing(false);
    }
  }

  private synchronized void setRenewing(boolean now) {
    renewing = now;
    notifyAll();
  }

  private static void requireGone(List<BesuValidator> some) {
    if (some.stream().anyMatch(BesuValidator::isAlive)) {
      throw new IllegalStateException("it is still running");
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    validators.forEach(BesuValidator::release);
    together(validators, BesuValidator::close);
    calls.close();
  }

  private static void together(List<BesuValidator> some, Consumer<BesuValidator> action) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      some.forEach(validator -> threads.execute(() -> action.accept(validator)));
    }
  }
}
