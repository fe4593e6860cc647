package org.fedledger.devnet.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.fedledger.contracts.ContractCode;
import org.fedledger.contracts.ContractCode.Finding;
import org.fedledger.devnet.network.AnvilNetwork;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.types.Address;
import org.fedledger.types.TransactionHash;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Contracts that look like ours and are not. */
@Timeout(120)
class ContractCodeIT {

  private static final Address NOWHERE = Address.of("0x" + "77".repeat(20));

  @TempDir Path folder;

  private AnvilNetwork network;
  private AnvilWorld world;

  @BeforeEach
  void start() throws Exception {
    network = AnvilNetwork.start(folder);
    LedgerStory.begin(
        setup -> {
          world = new AnvilWorld(network, setup);
          return world;
        },
        LedgerStory.Cast.VERIFIED);
  }

  @AfterEach
  void end() {
    world.close();
    network.close();
  }

  private Address contract() {
    return world.deployed().contract();
  }

  private TransactionHash created() {
    return world.deployed().transaction();
  }

  private Finding check() {
    return ContractCode.check(world.rpc(), contract(), created());
  }

  private byte[] code() {
    String code = world.control().call("eth_getCode", contract().toString(), "latest").textValue();
    return HexFormat.of().parseHex(code.substring(2));
  }

  private void replaceCode(Address at, byte[] code) {
    world.control().call("anvil_setCode", at.toString(), hex(code));
  }

  private static String hex(byte[] bytes) {
    return "0x" + HexFormat.of().formatHex(bytes);
  }

  @Test
  void shouldKnowItsOwnContractWhateverItsImmutablesAre() {
    assertThat(check()).isEqualTo(new Finding.Same());
  }

  @Test
  void shouldRefuseCodeOfWhichAnyByteDiffers() {
    byte[] code = code();
    code[0] ^= 1;
    replaceCode(contract(), code);
    assertThat(check())
        .isInstanceOfSatisfying(Finding.Different.class, d -> says(d, "neither this build's"));

    code[0] ^= 1;
    code[code.length - 1] ^= 1;
    replaceCode(contract(), code);
    assertThat(check())
        .isInstanceOfSatisfying(Finding.Different.class, d -> says(d, "neither this build's"));
  }

  @Test
  void shouldTellOtherLengths() {
    byte[] code = code();
    replaceCode(contract(), Arrays.copyOf(code, code.length + 1));
    assertThat(check())
        .isInstanceOfSatisfying(
            Finding.Different.class,
            d -> says(d, "of %d bytes, is neither".formatted(code.length + 1)));
  }

  @Test
  void shouldTellThatThereIsNone() {
    assertThat(ContractCode.check(world.rpc(), NOWHERE, created())).isEqualTo(new Finding.Absent());
  }

  @Test
  void shouldRefuseTheSameCodeThatTheTransactionDidNotCreate() {
    replaceCode(NOWHERE, code());
    assertThat(ContractCode.check(world.rpc(), NOWHERE, created()))
        .isInstanceOfSatisfying(Finding.Different.class, d -> says(d, "did not create"));
  }

  @Test
  void shouldRefuseTheSameCodeFromAnotherConstructor() {
    byte[] code = code();
    // PUSH2 length, DUP1, PUSH1 offset, PUSH0, CODECOPY, PUSH0, RETURN: only hands the code over.
    String constructor = "0x61%04x80600a5f395ff3".formatted(code.length);
    String account = world.control().call("eth_accounts").get(0).textValue();
    String transaction =
        world
            .control()
            .call(
                "eth_sendTransaction",
                Map.of(
                    "from",
                    account,
                    "gas",
                    "0x1c9c380",
                    "maxFeePerGas",
                    "0x0",
                    "maxPriorityFeePerGas",
                    "0x0",
                    "data",
                    constructor + hex(code).substring(2)))
            .textValue();
    world.control().mine();
    String made =
        world
            .control()
            .call("eth_getTransactionReceipt", transaction)
            .get("contractAddress")
            .textValue();

    assertThat(ContractCode.check(world.rpc(), Address.of(made), TransactionHash.of(transaction)))
        .isInstanceOfSatisfying(Finding.Different.class, d -> says(d, "other code"));
  }

  private static void says(Finding.Different finding, String what) {
    assertThat(finding.what()).contains(what);
  }
}
