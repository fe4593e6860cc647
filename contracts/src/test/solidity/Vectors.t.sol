// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";
import {DeployedLedger} from "./DeployedLedger.sol";
import {Expected} from "./Expected.sol";
import {LedgerTest} from "./LedgerTest.sol";

/// @notice The hashes and signatures that every other implementation must reproduce, as Solidity's own abi.encode
/// makes them: src/test/resources/eip712-vectors.json says the same, and is written anew if WRITE_VECTORS is true.
contract VectorsTest is LedgerTest {
    string private constant FILE = "src/test/resources/eip712-vectors.json";
    address private constant CONTRACT = 0x00112233445566778899AABbCCdDeeFf00112233;
    address private constant AUTHOR = 0xFFEEDDCCbBaa99887766554433221100fFeedDcC;
    uint256 private constant KEY = uint256(keccak256("fedledger vectors"));
    bytes32 private constant DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    bytes32 private domain;

    function test_vectors_areThePublishedOnes() public {
        vm.chainId(1337);
        domain = keccak256(
            abi.encode(DOMAIN_TYPE, keccak256("FedLedger"), keccak256("1"), uint256(1337), CONTRACT)
        );
        found(1, 0, 0);
        vm.etch(CONTRACT, address(ledger).code);
        same(DeployedLedger(CONTRACT).domainSeparator(), domain, "the contract's own domain");

        string memory head = string.concat(
            '{\n  "domain": {"name": "FedLedger", "version": "1", "chainId": 1337, "verifyingContract": ',
            account(CONTRACT),
            ', "separator": ',
            quoted(vm.toString(domain)),
            '},\n  "signer": {"privateKey": ',
            quoted(vm.toString(bytes32(KEY))),
            ', "address": ',
            account(vm.addr(KEY)),
            "}"
        );
        string memory text = string.concat(
            head,
            ',\n  "messages": [\n',
            messages(),
            '\n  ],\n  "rounds": [\n',
            rounds(),
            '\n  ],\n  "accepted": [\n',
            accepted(),
            "\n  ]\n}\n"
        );
        if (vm.envOr("WRITE_VECTORS", false)) vm.writeFile(FILE, text);
        same(keccak256(bytes(vm.readFile(FILE))), keccak256(bytes(text)), "published vectors");
    }

    // --------------------------------------------------------------------------------------------------- messages

    function messages() private view returns (string memory) {
        string[10] memory all = [
            commitment(0x1111, type(uint64).max, 4294967295, 123456789012345678),
            commitment(0x2222, 1, 1, 0),
            publication(1, 0x33, 0x44),
            publication(4294967295, 0, 0),
            attestation(true),
            attestation(false),
            receipt(),
            evaluation(),
            read(),
            governance()
        ];
        string memory text = all[0];
        for (uint256 i = 1; i < all.length; i++) {
            text = string.concat(text, ",\n", all[i]);
        }
        return text;
    }

    function commitment(uint256 seed, uint64 size, uint64 weight, uint64 cost)
        private
        view
        returns (string memory)
    {
        IFederatedLedger.UpdateCommitment memory c =
            IFederatedLedger.UpdateCommitment(digest(seed), AUTHOR, digest(seed + 1), size, weight, cost);
        string memory fields = string.concat(
            word("roundId", c.roundId),
            person("participant", c.participant),
            word("digest", c.digest),
            count("size", size),
            count("weight", weight),
            lastCount("privacyCost", cost)
        );
        return message(
            "UpdateCommitment",
            "UpdateCommitment(bytes32 roundId,address participant,bytes32 digest,uint64 size,uint64 weight,uint64 privacyCost)",
            fields,
            Expected.hash(c)
        );
    }

    function publication(uint32 attempt, uint256 model, uint256 state) private view returns (string memory) {
        IFederatedLedger.Publication memory p = IFederatedLedger.Publication({
            roundId: digest(0x55),
            attempt: attempt,
            model: model == 0 ? bytes32(0) : digest(model),
            modelSize: model == 0 ? 0 : 1234567890123,
            state: state == 0 ? bytes32(0) : digest(state),
            stateSize: state == 0 ? 0 : 77,
            acceptedDigest: Expected.acceptedDigest(first(4), hex"00040c")
        });
        string memory result = string.concat(
            word("model", p.model),
            count("modelSize", p.modelSize),
            word("state", p.state),
            count("stateSize", p.stateSize)
        );
        string memory fields = string.concat(
            word("roundId", p.roundId),
            count("attempt", attempt),
            result,
            lastWord("acceptedDigest", p.acceptedDigest)
        );
        return message(
            "Publication",
            "Publication(bytes32 roundId,uint32 attempt,bytes32 model,uint64 modelSize,bytes32 state,uint64 stateSize,bytes32 acceptedDigest)",
            fields,
            Expected.hash(p)
        );
    }

    function attestation(bool matches) private view returns (string memory) {
        IFederatedLedger.Attestation memory a =
            IFederatedLedger.Attestation(digest(0x66), digest(0x77), digest(0x88), matches);
        string memory fields = string.concat(
            word("publicationId", a.publicationId),
            word("model", a.model),
            word("state", a.state),
            '"matches": ',
            matches ? "true" : "false"
        );
        return message(
            "Attestation",
            "Attestation(bytes32 publicationId,bytes32 model,bytes32 state,bool matches)",
            fields,
            Expected.hash(a)
        );
    }

    function receipt() private view returns (string memory) {
        string memory structType =
            "UploadReceipt(bytes32 roundId,address author,bytes32 digest,uint64 size,uint64 blockNumber)";
        string memory fields = string.concat(
            word("roundId", digest(0x99)),
            person("author", AUTHOR),
            word("digest", digest(0xaa)),
            count("size", 65536),
            lastCount("blockNumber", 9007199254740993)
        );
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256(bytes(structType)),
                digest(0x99),
                AUTHOR,
                digest(0xaa),
                uint64(65536),
                uint64(9007199254740993)
            )
        );
        return message("UploadReceipt", structType, fields, structHash);
    }

    function evaluation() private view returns (string memory) {
        string memory structType =
            "Evaluation(bytes32 federationId,uint64 version,address participant,bytes32 metricsDigest)";
        string memory fields = string.concat(
            word("federationId", digest(0xbb)),
            count("version", 42),
            person("participant", AUTHOR),
            lastWord("metricsDigest", digest(0xcc))
        );
        bytes32 structHash = keccak256(
            abi.encode(keccak256(bytes(structType)), digest(0xbb), uint64(42), AUTHOR, digest(0xcc))
        );
        return message("Evaluation", structType, fields, structHash);
    }

    function read() private view returns (string memory) {
        string memory structType = "BlobRead(address reader,string method,string path,uint64 expiry)";
        string memory path = "/v1/blobs/00ff";
        string memory fields = string.concat(
            person("reader", AUTHOR),
            '"method": "GET", "path": ',
            quoted(path),
            ", ",
            lastCount("expiry", 1700000060)
        );
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256(bytes(structType)), AUTHOR, keccak256("GET"), keccak256(bytes(path)), uint64(1700000060)
            )
        );
        return message("BlobRead", structType, fields, structHash);
    }

    function governance() private view returns (string memory) {
        IFederatedLedger.GovernanceChange memory g =
            IFederatedLedger.GovernanceChange(digest(0xdd), 3, AUTHOR, 18446744073709551615);
        string memory fields = string.concat(
            word("federationId", g.federationId),
            count("kind", g.kind),
            person("account", g.account),
            lastCount("nonce", g.nonce)
        );
        return message(
            "GovernanceChange",
            "GovernanceChange(bytes32 federationId,uint8 kind,address account,uint64 nonce)",
            fields,
            Expected.hash(g)
        );
    }

    function message(string memory name, string memory structType, string memory fields, bytes32 structHash)
        private
        view
        returns (string memory)
    {
        bytes32 signed = keccak256(abi.encodePacked(hex"1901", domain, structHash));
        return string.concat(
            string.concat(
                '    {"type": ',
                quoted(name),
                ', "encodedType": ',
                quoted(structType),
                ',\n     "fields": {',
                fields,
                '},\n     "typeHash": ',
                quoted(vm.toString(keccak256(bytes(structType))))
            ),
            ', "structHash": ',
            quoted(vm.toString(structHash)),
            ',\n     "digest": ',
            quoted(vm.toString(signed)),
            ',\n     "signature": ',
            quoted(vm.toString(signDigest(KEY, signed))),
            "}"
        );
    }

    // ------------------------------------------------------------------------------------- rounds and decisions

    function rounds() private pure returns (string memory) {
        IFederatedLedger.RoundOpening memory small =
            IFederatedLedger.RoundOpening(digest(0x1), 10, 1700001000, 60, 120, 180, 1000);
        IFederatedLedger.RoundOpening memory large = IFederatedLedger.RoundOpening(
            digest(0x2), 10, type(uint64).max, type(uint32).max, type(uint32).max, type(uint32).max, 1000
        );
        return string.concat(round(1, small), ",\n", round(type(uint64).max, large));
    }

    function round(uint64 number, IFederatedLedger.RoundOpening memory o) private pure returns (string memory) {
        string memory windows = string.concat(
            count("revealSeconds", o.revealSeconds),
            count("publicationSeconds", o.publicationSeconds),
            lastCount("attestationSeconds", o.attestationSeconds)
        );
        string memory fields = string.concat(
            word("federationId", digest(0xee)),
            count("round", number),
            word("planDigest", o.planDigest),
            word("baseDigest", digest(0xff)),
            count("commitDeadline", o.commitDeadline),
            windows
        );
        return string.concat(
            '    {"fields": {',
            fields,
            '},\n     "roundId": ',
            quoted(vm.toString(Expected.roundId(digest(0xee), number, digest(0xff), o))),
            "}"
        );
    }

    function accepted() private pure returns (string memory) {
        uint256[] memory two = new uint256[](2);
        (two[0], two[1]) = (type(uint256).max - 1, 1 << 43);
        return string.concat(
            decisions(first(3), ""),
            ",\n",
            decisions(new uint256[](1), hex"00000100010c0002ff"),
            ",\n",
            decisions(two, hex"00000b010005")
        );
    }

    /// @dev Bitmap words are 256-bit values and so decimal strings; rejections are the packed bytes.
    function decisions(uint256[] memory words, bytes memory rejected) private pure returns (string memory text) {
        text = '    {"accepted": [';
        for (uint256 i = 0; i < words.length; i++) {
            text = string.concat(text, i == 0 ? "" : ", ", quoted(vm.toString(words[i])));
        }
        return string.concat(
            text,
            '], "rejected": ',
            quoted(vm.toString(rejected)),
            ',\n     "acceptedDigest": ',
            quoted(vm.toString(Expected.acceptedDigest(words, rejected))),
            "}"
        );
    }

    // ------------------------------------------------------------------------------------------------------- JSON

    function digest(uint256 seed) private pure returns (bytes32) {
        return sha256(abi.encode(seed));
    }

    function quoted(string memory text) private pure returns (string memory) {
        return string.concat('"', text, '"');
    }

    function account(address value) private pure returns (string memory) {
        return quoted(vm.toString(abi.encodePacked(value)));
    }

    function word(string memory name, bytes32 value) private pure returns (string memory) {
        return string.concat(lastWord(name, value), ", ");
    }

    function lastWord(string memory name, bytes32 value) private pure returns (string memory) {
        return string.concat(quoted(name), ": ", quoted(vm.toString(value)));
    }

    function person(string memory name, address value) private pure returns (string memory) {
        return string.concat(quoted(name), ": ", account(value), ", ");
    }

    function count(string memory name, uint64 value) private pure returns (string memory) {
        return string.concat(lastCount(name, value), ", ");
    }

    /// @dev Numbers up to 2^53-1, else decimal strings.
    function lastCount(string memory name, uint64 value) private pure returns (string memory) {
        string memory digits = vm.toString(uint256(value));
        return string.concat(quoted(name), ": ", value < 1 << 53 ? digits : quoted(digits));
    }
}
