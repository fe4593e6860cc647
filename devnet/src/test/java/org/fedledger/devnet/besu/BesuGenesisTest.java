package org.fedledger.devnet.besu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.fedledger.types.Address;
import org.junit.jupiter.api.Test;

/** Against the genesis file of a network of four real nodes, from 2026. */
class BesuGenesisTest {

  private static final List<Address> REAL_VALIDATORS =
      List.of(
          Address.of("0xc3bc514a7213eb9c5a7d95781bd728837cb074b0"),
          Address.of("0x4bba00bcba14eb38577ab1de2a7a7648a4ed25eb"),
          Address.of("0xc78270ef600551b021ec13b9408bf667bb0cd67b"),
          Address.of("0x284585c4c495bfa59a45c30f317874dcf051e385"));

  private static final String REAL_EXTRA_DATA =
      "f87aa00000000000000000000000000000000000000000000000000000000000000000f85494c3bc514a7213eb9c"
          + "5a7d95781bd728837cb074b0944bba00bcba14eb38577ab1de2a7a7648a4ed25eb94c78270ef600551b021ec"
          + "13b9408bf667bb0cd67b94284585c4c495bfa59a45c30f317874dcf051e385c080c0";

  private static final String REAL_GENESIS =
      """
      {"config": {"chainId": 1337, "berlinBlock": 0, "londonBlock": 0, "shanghaiTime": 0,
        "cancunTime": 0, "zeroBaseFee": true,
        "qbft": {"blockperiodseconds": 1, "epochlength": 30000, "requesttimeoutseconds": 2}},
       "nonce": "0x0", "timestamp": "0x0", "gasLimit": "0x1fffffffffffff", "difficulty": "0x1",
       "mixHash": "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365",
       "coinbase": "0x0000000000000000000000000000000000000000", "alloc": {}, "extraData": "0x%s"}
      """
          .formatted(REAL_EXTRA_DATA);

  @Test
  void namesTheValidatorsAsARealNetworkDid() {
    assertThat(HexFormat.of().formatHex(new BesuGenesis(1337, REAL_VALIDATORS).extraData()))
        .isEqualTo(REAL_EXTRA_DATA);
  }

  @Test
  void isTheRealFileButForThePatienceWithAProposer() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode real = mapper.readTree(REAL_GENESIS);
    ((ObjectNode) real.at("/config/qbft")).put("requesttimeoutseconds", 4);
    assertThat(mapper.readTree(new BesuGenesis(1337, REAL_VALIDATORS).file())).isEqualTo(real);
  }

  @Test
  void isTheFileOfTheRealNetworkByteForByteButForThatPatience() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/vectors/qbft/genesis.json")) {
      String real = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(new String(new BesuGenesis(1337, REAL_VALIDATORS).file(), StandardCharsets.UTF_8))
          .isEqualTo(
              real.replace("\"requesttimeoutseconds\": 2", "\"requesttimeoutseconds\": 4").strip());
    }
  }

  @Test
  void isTheSameBytesForTheSameNetwork() {
    assertThat(new BesuGenesis(7, REAL_VALIDATORS).file())
        .isEqualTo(new BesuGenesis(7, REAL_VALIDATORS).file())
        .isNotEqualTo(new BesuGenesis(8, REAL_VALIDATORS).file())
        .isNotEqualTo(new BesuGenesis(7, REAL_VALIDATORS.reversed()).file());
  }

  @Test
  void needsValidatorsThatDifferAndAChainId() {
    Address one = REAL_VALIDATORS.getFirst();
    assertThatIllegalArgumentException().isThrownBy(() -> new BesuGenesis(1, List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> new BesuGenesis(1, List.of(one, one)));
    assertThatIllegalArgumentException().isThrownBy(() -> new BesuGenesis(0, List.of(one)));
  }
}
