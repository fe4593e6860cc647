// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";
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
        same(IFederatedLedger(CONTRACT).domainSeparator(), domain, "the contract's own domain");

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
        string memory signed = string.concat(head, ',\n  "messages": [\n', messages(), "\n  ]");
        string memory opened = string.concat(
            ',\n  "rounds": [\n', rounds(), '\n  ],\n  "draws": [\n', draws(), "\n  ]"
        );
        string memory text =
            string.concat(signed, opened, ',\n  "accepted": [\n', accepted(), "\n  ]\n}\n");
        if (vm.envOr("WRITE_VECTORS", false)) vm.writeFile(FILE, text);
        same(keccak256(bytes(vm.readFile(FILE))), keccak256(bytes(text)), "published vectors");
    }

    // --------------------------------------------------------------------------------------------------- messages

    function messages() private view returns (string memory) {
        string[3] memory decided = [
            attestation(IFederatedLedger.Finding.Match),
            attestation(IFederatedLedger.Finding.Differ),
            attestation(IFederatedLedger.Finding.Lack)
        ];
        string memory text = string.concat(
            commitment(0x1111, 5, type(uint64).max, 4294967295, 123456789012345678),
            ",\n",
            commitment(0x2222, 0, 1, 1, 0)
        );
        text = string.concat(text, ",\n", publication(1, 0x33, 0x44));
        text = string.concat(text, ",\n", publication(4294967295, 0, 0));
        for (uint256 i = 0; i < decided.length; i++) {
            text = string.concat(text, ",\n", decided[i]);
        }
        string[8] memory others =
            [receipt(), evaluation(), request(), place(), governance(), rotation(), veto(), raise()];
        for (uint256 i = 0; i < others.length; i++) {
            text = string.concat(text, ",\n", others[i]);
        }
        return text;
    }

    function commitment(uint256 seed, uint8 stage, uint64 size, uint64 weight, uint64 cost)
        private
        view
        returns (string memory)
    {
        IFederatedLedger.UpdateCommitment memory c =
            IFederatedLedger.UpdateCommitment(digest(seed), stage, AUTHOR, digest(seed + 1), size, weight, cost);
        string memory promised = string.concat(
            word("digest", c.digest),
            count("size", size),
            count("weight", weight),
            lastCount("privacyCost", cost)
        );
        string memory fields = string.concat(
            word("roundId", c.roundId),
            count("stage", stage),
            person("participant", c.participant),
            promised
        );
        return message(
            "UpdateCommitment",
            "UpdateCommitment(bytes32 roundId,uint8 stage,address participant,bytes32 digest,uint64 size,uint64 weight,uint64 privacyCost)",
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

    function attestation(IFederatedLedger.Finding finding) private view returns (string memory) {
        bool lacks = finding == IFederatedLedger.Finding.Lack;
        IFederatedLedger.Attestation memory a = IFederatedLedger.Attestation({
            publicationId: digest(0x66),
            model: lacks ? bytes32(0) : digest(0x77),
            state: lacks ? bytes32(0) : digest(0x88),
            finding: finding,
            lacking: lacks ? digest(0x89) : bytes32(0)
        });
        string memory fields = string.concat(
            word("publicationId", a.publicationId),
            word("model", a.model),
            word("state", a.state),
            count("finding", uint8(finding)),
            lastWord("lacking", a.lacking)
        );
        return message(
            "Attestation",
            "Attestation(bytes32 publicationId,bytes32 model,bytes32 state,uint8 finding,bytes32 lacking)",
            fields,
            Expected.hash(a)
        );
    }

    function receipt() private view returns (string memory) {
        string memory structType =
            "UploadReceipt(bytes32 roundId,uint8 stage,address author,bytes32 digest,uint64 size,uint64 blockNumber,bytes32 blockHash)";
        string memory taken = string.concat(
            word("digest", digest(0xaa)),
            count("size", 65536),
            count("blockNumber", 9007199254740993),
            lastWord("blockHash", digest(0xab))
        );
        string memory fields =
            string.concat(word("roundId", digest(0x99)), count("stage", 2), person("author", AUTHOR), taken);
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256(bytes(structType)),
                digest(0x99),
                uint8(2),
                AUTHOR,
                digest(0xaa),
                uint64(65536),
                uint64(9007199254740993),
                digest(0xab)
            )
        );
        return message("UploadReceipt", structType, fields, structHash);
    }

    function evaluation() private view returns (string memory) {
        string memory structType =
            "Evaluation(bytes32 federationId,uint64 version,bytes32 model,address participant,bytes32 metricsDigest)";
        string memory fields = string.concat(
            word("federationId", digest(0xbb)),
            count("version", 42),
            word("model", digest(0xdd)),
            person("participant", AUTHOR),
            lastWord("metricsDigest", digest(0xcc))
        );
        bytes32 structHash = keccak256(
            abi.encode(keccak256(bytes(structType)), digest(0xbb), uint64(42), digest(0xdd), AUTHOR, digest(0xcc))
        );
        return message("Evaluation", structType, fields, structHash);
    }

    function request() private view returns (string memory) {
        string memory structType =
            "NodeRequest(address sender,address node,string method,string path,uint64 expiry)";
        string memory path = "/v1/blobs/00ff";
        string memory fields = string.concat(
            person("sender", AUTHOR),
            person("node", CONTRACT),
            '"method": "GET", "path": ',
            quoted(path),
            ", ",
            lastCount("expiry", 1700000060)
        );
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256(bytes(structType)),
                AUTHOR,
                CONTRACT,
                keccak256("GET"),
                keccak256(bytes(path)),
                uint64(1700000060)
            )
        );
        return message("NodeRequest", structType, fields, structHash);
    }

    function place() private view returns (string memory) {
        string memory structType = "NodePlace(address node,string base,uint64 expiry)";
        string memory base = "https://node.example/fed";
        string memory fields = string.concat(
            person("node", CONTRACT), '"base": ', quoted(base), ", ", lastCount("expiry", 1700003600)
        );
        bytes32 structHash = keccak256(
            abi.encode(keccak256(bytes(structType)), CONTRACT, keccak256(bytes(base)), uint64(1700003600))
        );
        return message("NodePlace", structType, fields, structHash);
    }

    function governance() private view returns (string memory) {
        IFederatedLedger.GovernanceChange memory g = IFederatedLedger.GovernanceChange({
            federationId: digest(0xdd),
            kind: 8,
            account: AUTHOR,
            value: type(uint256).max - 1,
            nonce: 18446744073709551615
        });
        string memory fields = string.concat(
            word("federationId", g.federationId),
            count("kind", g.kind),
            person("account", g.account),
            wide("value", g.value),
            lastCount("nonce", g.nonce)
        );
        return message(
            "GovernanceChange",
            "GovernanceChange(bytes32 federationId,uint8 kind,address account,uint256 value,uint64 nonce)",
            fields,
            Expected.hash(g)
        );
    }

    function rotation() private view returns (string memory) {
        IFederatedLedger.KeyRotation memory r = IFederatedLedger.KeyRotation(AUTHOR, CONTRACT, 3);
        return message(
            "KeyRotation",
            "KeyRotation(address participant,address signer,uint64 nonce)",
            keyFields(r.participant, r.signer, r.nonce),
            Expected.hash(r)
        );
    }

    function veto() private view returns (string memory) {
        IFederatedLedger.RecoveryVeto memory v =
            IFederatedLedger.RecoveryVeto(AUTHOR, CONTRACT, 9007199254740993);
        return message(
            "RecoveryVeto",
            "RecoveryVeto(address participant,address signer,uint64 nonce)",
            keyFields(v.participant, v.signer, v.nonce),
            Expected.hash(v)
        );
    }

    function keyFields(address participant, address signer, uint64 nonce) private pure returns (string memory) {
        return
            string.concat(person("participant", participant), person("signer", signer), lastCount("nonce", nonce));
    }

    function raise() private view returns (string memory) {
        IFederatedLedger.BudgetRaise memory b = IFederatedLedger.BudgetRaise(AUTHOR, type(uint64).max);
        string memory fields = string.concat(person("participant", AUTHOR), lastCount("budget", b.budget));
        return message("BudgetRaise", "BudgetRaise(address participant,uint64 budget)", fields, Expected.hash(b));
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
        IFederatedLedger.RoundOpening memory small;
        small.planDigest = digest(0x1);
        small.baseModel = digest(0xff);
        small.commitDeadline = 1700001000;
        (small.revealSeconds, small.publicationSeconds, small.attestationSeconds) = (60, 120, 180);
        small.attempts = 2;
        (small.drawThreshold, small.drawn) = (type(uint256).max, 5);
        small.weightCap = 1000;
        IFederatedLedger.RoundOpening memory large;
        large.planDigest = digest(0x2);
        large.baseModel = digest(0xfe);
        large.baseState = digest(0xfd);
        large.commitDeadline = type(uint64).max;
        large.laterStages = type(uint256).max;
        large.revealSeconds = type(uint32).max;
        large.publicationSeconds = type(uint32).max - 1;
        large.attestationSeconds = type(uint32).max - 2;
        large.attempts = type(uint32).max - 3;
        (large.drawThreshold, large.drawn) = (type(uint256).max - 1, type(uint32).max - 4);
        large.weightCap = type(uint64).max - 5;
        return string.concat(round(1, small), ",\n", round(type(uint64).max, large));
    }

    function round(uint64 number, IFederatedLedger.RoundOpening memory o) private pure returns (string memory) {
        string memory base = string.concat(
            word("federationId", digest(0xee)),
            count("round", number),
            word("planDigest", o.planDigest),
            word("baseModel", o.baseModel),
            word("baseState", o.baseState)
        );
        string memory windows = string.concat(
            count("commitDeadline", o.commitDeadline),
            wide("laterStages", o.laterStages),
            count("revealSeconds", o.revealSeconds),
            count("publicationSeconds", o.publicationSeconds),
            count("attestationSeconds", o.attestationSeconds)
        );
        string memory rest = string.concat(
            count("attempts", o.attempts),
            wide("drawThreshold", o.drawThreshold),
            count("drawn", o.drawn),
            lastCount("weightCap", o.weightCap)
        );
        return string.concat(
            '    {"fields": {',
            string.concat(base, windows, rest),
            '},\n     "roundId": ',
            quoted(vm.toString(Expected.roundId(digest(0xee), number, o))),
            "}"
        );
    }

    function draws() private pure returns (string memory) {
        return string.concat(draw(1, AUTHOR), ",\n", draw(type(uint64).max, CONTRACT));
    }

    function draw(uint64 version, address participant) private pure returns (string memory) {
        return string.concat(
            '    {"fields": {',
            word("federationId", digest(0xee)),
            word("baseModel", digest(0xff)),
            count("version", version),
            string.concat(quoted("participant"), ": ", account(participant)),
            '},\n     "hash": ',
            quoted(vm.toString(Expected.draw(digest(0xee), digest(0xff), version, participant))),
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

    /// @dev 256-bit values are always decimal strings.
    function wide(string memory name, uint256 value) private pure returns (string memory) {
        return string.concat(quoted(name), ": ", quoted(vm.toString(value)), ", ");
    }

    /// @dev Numbers up to 2^53-1, else decimal strings.
    function lastCount(string memory name, uint64 value) private pure returns (string memory) {
        string memory digits = vm.toString(uint256(value));
        return string.concat(quoted(name), ": ", value < 1 << 53 ? digits : quoted(digits));
    }
}
