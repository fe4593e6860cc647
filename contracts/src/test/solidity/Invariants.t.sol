// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";
import {Base} from "./Base.sol";
import {LedgerModel} from "./LedgerModel.sol";

/// @notice What must hold after any steps in any order. That each step was rightly taken or refused, the model checks
/// as it goes: one commitment for each member before commits close, decisions that partition the committed, no
/// MISSING before the reveal deadline.
abstract contract Invariants is Base {
    LedgerModel internal model;
    uint256 private immutable stepsToAVersion;

    constructor(uint256 steps) {
        stepsToAVersion = steps;
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(model);
    }

    /// @dev Lest the invariants hold because nothing ever happens.
    function test_model_reachesFinalVersions() public {
        for (uint256 step = 0; step < 5 * stepsToAVersion; step++) {
            model.proceed(step, true);
        }
        same(model.finals(), 5, "final versions");
        model.checkPhaseAndHead();
    }

    function invariant_phaseAndHeadAreTheModels() public view {
        model.checkPhaseAndHead();
    }

    function invariant_updatesAreCommittedOnceByMembersOnly() public view {
        model.checkCommitments();
    }

    function invariant_roundsEndInExactlyOneWay() public view {
        model.checkRoundsEndOnce();
    }

    function invariant_anyoneCanEndARound() public {
        IFederatedLedger ledger = model.checked();
        IFederatedLedger.FederationRecord memory federation = ledger.federation();
        for (uint256 i = 0; i < 6 && ledger.federation().phase == IFederatedLedger.Phase.Committing; i++) {
            vm.warp(ledger.roundRecord(federation.roundId).commitDeadline + 1);
            ledger.closeCommits(federation.roundId);
        }
        if (federation.phase == IFederatedLedger.Phase.Attesting) {
            vm.warp(ledger.roundRecord(federation.roundId).attestationDeadline + 1);
            ledger.expirePublication(federation.roundId);
        }
        if (ledger.federation().phase == IFederatedLedger.Phase.Publishing) {
            vm.warp(ledger.roundRecord(federation.roundId).publicationDeadline + 1);
            try ledger.abortRound(federation.roundId, IFederatedLedger.AbortReason.Deadline) {}
            catch {
                ledger.abortRound(federation.roundId, IFederatedLedger.AbortReason.AttemptsExhausted);
            }
        }
        uint256 phase = uint256(ledger.federation().phase);
        check(federation.round == 0 || phase >= uint256(IFederatedLedger.Phase.Final), "ended by anyone");
    }

    function invariant_noDeadlineLiesBeyondTheOpeningsTime() public view {
        model.checkLifeIsTheOpenings();
    }

    function invariant_spentPrivacyStaysWithinBudget() public view {
        model.checkPrivacy();
    }

    function invariant_nothingRecordedChanges() public view {
        model.checkRecordStays();
    }
}

contract InvariantsTest is Invariants(4) {
    function setUp() public {
        model = new LedgerModel(3);
    }
}

/// @notice What is published is final at once, and the coordinator decides alone, until the first verifier comes.
contract InvariantsWithoutVerifiersTest is Invariants(3) {
    function setUp() public {
        model = new LedgerModel(0);
    }
}
