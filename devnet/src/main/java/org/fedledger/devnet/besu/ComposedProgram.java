package org.fedledger.devnet.besu;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.fedledger.devnet.besu.Consortium.LocalNode;
import org.fedledger.devnet.network.Network;

/** Validators in containers, one service of a docker compose project each. */
final class ComposedProgram implements ValidatorProgram {

  private final DockerCompose docker;
  private final Path project;
  private final Map<String, String> user;

  private ComposedProgram(DockerCompose docker, Path project, Map<String, String> user) {
    this.docker = docker;
    this.project = project;
    this.user = user;
  }

  /** Writes the project into the folder of the network. */
  static ComposedProgram write(DockerCompose docker, Path folder, List<ValidatorSetup> setups)
      throws IOException {
    Path project = folder.toAbsolutePath().normalize();
    List<LocalNode> nodes = setups.stream().map(ComposedProgram::node).toList();
    // Its genesis is there already, and stays as it is.
    QbftTimes times = QbftTimes.of(project.resolve("genesis.json"));
    List<Enode> founders = nodes.stream().map(LocalNode::enode).toList();
    new Consortium(Network.CHAIN_ID, times, founders, List.of(), Set.of())
        .writeForOneHost(nodes, project);
    List<Path> keys = setups.stream().map(setup -> setup.folder().resolve("key")).toList();
    return new ComposedProgram(docker, project, DockerCompose.user(keys));
  }

  private static LocalNode node(ValidatorSetup setup) {
    return new LocalNode(
        setup.name(),
        setup.enode(),
        setup.ports().rpc(),
        setup.ports().webSocket(),
        OptionalInt.empty());
  }

  @Override
  public List<String> words(ValidatorSetup setup) {
    return docker.up(project, setup.name());
  }

  @Override
  public Map<String, String> environment(ValidatorSetup setup) {
    return user;
  }

  /** A container outlives the process that talks to its engine. */
  @Override
  public void endRest(ValidatorSetup setup) {
    docker.kill(project, setup.name(), user);
  }
}
