// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";
import {Expected} from "./Expected.sol";
import {LedgerTest} from "./LedgerTest.sol";

/// @notice A round up to the close of commits, and every way in which it is aborted.
contract RoundsTest is LedgerTest {
    uint256 private constant MEMBERS = 3;
    uint256 private constant SECP256K1_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    function setUp() public {
        found(2, 2, 3);
        admit(MEMBERS);
    }

    // ---------------------------------------------------------------------------------------------------- opening

    function test_openRound_failsIfARoundIsOpen() public {
        bytes32 roundId = open();
        refuseOpening(opening(), abi.encodeWithSelector(IFederatedLedger.RoundIsOpen.selector, roundId));
        commitAll(MEMBERS);
        closeCommits();
        refuseOpening(opening(), abi.encodeWithSelector(IFederatedLedger.RoundIsOpen.selector, roundId));
        publish(0, first(MEMBERS), "");
        refuseOpening(opening(), abi.encodeWithSelector(IFederatedLedger.RoundIsOpen.selector, roundId));
    }

    function test_openRound_failsIfMembersAreFewerThanTheQuorum() public {
        for (uint256 i = 0; i < 2; i++) {
            vm.prank(coordinator);
            ledger.suspend(participant(i));
        }
        refuseOpening(opening(), abi.encodeWithSelector(IFederatedLedger.TooFewMembers.selector, 1, 2));
    }

    function test_openRound_failsIfThereIsNoAggregator() public {
        for (uint256 i = 0; i < 3; i++) {
            bytes[] memory signatures =
                approve(2, IFederatedLedger.GovernanceKind.RemoveAggregator, aggregator(i));
            ledger.removeAggregator(aggregator(i), signatures);
        }
        refuseOpening(opening(), abi.encodeWithSelector(IFederatedLedger.NoAggregators.selector));
    }

    function test_openRound_failsIfPlanIsEmpty() public {
        IFederatedLedger.RoundOpening memory o = opening();
        o.planDigest = 0;
        refuseOpening(o, abi.encodeWithSelector(IFederatedLedger.ZeroDigest.selector));
        o = opening();
        o.planSize = 0;
        refuseOpening(o, abi.encodeWithSelector(IFederatedLedger.ZeroSize.selector));
    }

    function test_openRound_failsIfCommitDeadlineIsPastOrFar() public {
        IFederatedLedger.RoundOpening memory o = opening();
        uint64[3] memory deadlines = [uint64(START), uint64(START + 30 days + 1), type(uint64).max];
        for (uint256 i = 0; i < 3; i++) {
            o.commitDeadline = deadlines[i];
            refuseOpening(
                o, abi.encodeWithSelector(IFederatedLedger.InvalidCommitDeadline.selector, deadlines[i], START)
            );
        }
        o.commitDeadline = uint64(START + 30 days);
        vm.prank(coordinator);
        ledger.openRound(o);
    }

    function test_openRound_failsIfAWindowIsEmptyOrLong() public {
        uint32[3] memory windows = [uint32(0), uint32(30 days + 1), type(uint32).max];
        for (uint256 i = 0; i < 3; i++) {
            bytes memory refusal = abi.encodeWithSelector(IFederatedLedger.InvalidWindow.selector, windows[i]);
            IFederatedLedger.RoundOpening memory o = opening();
            o.revealSeconds = windows[i];
            refuseOpening(o, refusal);
            o = opening();
            o.publicationSeconds = windows[i];
            refuseOpening(o, refusal);
            o = opening();
            o.attestationSeconds = windows[i];
            refuseOpening(o, refusal);
        }
    }

    function test_openRound_failsIfWeightCapIsZeroOrBeyond32Bits() public {
        IFederatedLedger.RoundOpening memory o = opening();
        o.weightCap = 0;
        refuseOpening(o, abi.encodeWithSelector(IFederatedLedger.InvalidWeightCap.selector, 0));
        o.weightCap = uint64(1) << 32;
        refuseOpening(o, abi.encodeWithSelector(IFederatedLedger.InvalidWeightCap.selector, uint64(1) << 32));
    }

    // ----------------------------------------------------------------------------------------------- committing

    function test_commitUpdate_recordsEverythingWhoeverSends() public {
        bytes32 roundId = open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(1);
        bytes memory signature = sign(PARTICIPANT_KEY + 1, c);
        vm.expectEmit();
        emit IFederatedLedger.UpdateCommitted(
            roundId, participant(1), 1, c.digest, c.size, c.weight, c.privacyCost, signature
        );
        vm.prank(stranger);
        ledger.commitUpdate(c, signature);
        same(ledger.commitmentHash(roundId, participant(1)), Expected.hash(c), "commitment");
        (, uint256[] memory pending) = ledger.bitmaps();
        same(pending[0], 5, "pending");
    }

    function test_commitUpdate_failsIfDoneTwice() public {
        bytes32 roundId = open();
        commit(0);
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        bytes memory refusal =
            abi.encodeWithSelector(IFederatedLedger.AlreadyCommitted.selector, participant(0), roundId);
        refuseCommitment(c, PARTICIPANT_KEY, refusal);
        c.digest = keccak256("another update");
        refuseCommitment(c, PARTICIPANT_KEY, refusal);
    }

    function test_commitUpdate_failsIfNeverAdmitted() public {
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        c.participant = stranger;
        refuseCommitment(
            c, STRANGER_KEY, abi.encodeWithSelector(IFederatedLedger.NotMemberOfRound.selector, stranger, 1)
        );
    }

    function test_commitUpdate_failsIfWeightIsOutOfBounds() public {
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        uint64[3] memory weights = [0, WEIGHT_CAP + 1, type(uint64).max];
        for (uint256 i = 0; i < 3; i++) {
            c.weight = weights[i];
            refuseCommitment(
                c,
                PARTICIPANT_KEY,
                abi.encodeWithSelector(IFederatedLedger.InvalidWeight.selector, weights[i], WEIGHT_CAP)
            );
        }
        c.weight = WEIGHT_CAP;
        ledger.commitUpdate(c, sign(PARTICIPANT_KEY, c));
        c = commitmentOf(1);
        c.weight = 1;
        ledger.commitUpdate(c, sign(PARTICIPANT_KEY + 1, c));
    }

    function test_commitUpdate_failsIfDigestOrSizeIsZero() public {
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        c.digest = 0;
        refuseCommitment(c, PARTICIPANT_KEY, abi.encodeWithSelector(IFederatedLedger.ZeroDigest.selector));
        c = commitmentOf(0);
        c.size = 0;
        refuseCommitment(c, PARTICIPANT_KEY, abi.encodeWithSelector(IFederatedLedger.ZeroSize.selector));
    }

    function test_commitUpdate_isTakenUntilTheDeadlineAndNotAfter() public {
        open();
        vm.warp(START + COMMIT_SECONDS);
        commit(0);
        vm.warp(START + COMMIT_SECONDS + 1);
        refuseCommitment(
            commitmentOf(1),
            PARTICIPANT_KEY + 1,
            abi.encodeWithSelector(
                IFederatedLedger.DeadlinePassed.selector, START + COMMIT_SECONDS, START + COMMIT_SECONDS + 1
            )
        );
    }

    function test_commitUpdate_failsIfCommitsAreClosed() public {
        bytes32 roundId = open();
        commitAll(MEMBERS);
        closeCommits();
        refuseCommitment(
            commitmentOf(0),
            PARTICIPANT_KEY,
            wrongPhase(roundId, IFederatedLedger.Phase.Publishing, IFederatedLedger.Phase.Committing)
        );
    }

    function test_commitUpdate_failsForAnotherRound() public {
        bytes32 former = open();
        vm.prank(coordinator);
        ledger.abortRound(former, IFederatedLedger.AbortReason.Coordinator);
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        c.roundId = former;
        refuseCommitment(
            c,
            PARTICIPANT_KEY,
            wrongPhase(former, IFederatedLedger.Phase.Aborted, IFederatedLedger.Phase.Committing)
        );
        c.roundId = keccak256("no round");
        refuseCommitment(
            c, PARTICIPANT_KEY, abi.encodeWithSelector(IFederatedLedger.UnknownRound.selector, c.roundId)
        );
    }

    /// @dev Every field of a signed commitment, changed after signing, makes another signer of it.
    function test_commitUpdate_failsIfAnyPartIsDamaged(uint8 part, uint64 flip) public {
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        c.privacyCost = 3;
        bytes memory signature = sign(PARTICIPANT_KEY, c);
        part = part % 6;
        flip = flip == 0 ? 1 : flip;
        if (part == 0) c.roundId ^= bytes32(uint256(flip));
        else if (part == 1) c.participant = participant(1);
        else if (part == 2) c.digest ^= bytes32(uint256(flip));
        else if (part == 3) c.size ^= flip % 2000 + 1;
        else if (part == 4) c.weight = c.weight % WEIGHT_CAP + 1;
        else c.privacyCost ^= flip;
        vm.expectRevert();
        ledger.commitUpdate(c, signature);
    }

    function test_commitUpdate_failsIfSignatureIsDamaged(uint256 position, uint8 flip) public {
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        bytes memory signature = sign(PARTICIPANT_KEY, c);
        position = position % signature.length;
        signature[position] ^= bytes1(flip == 0 ? 1 : flip);
        vm.expectRevert();
        ledger.commitUpdate(c, signature);
    }

    function test_commitUpdate_failsIfSignatureIsOfAnotherKey() public {
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        refuseCommitment(
            c,
            STRANGER_KEY,
            abi.encodeWithSelector(IFederatedLedger.WrongSigner.selector, stranger, participant(0))
        );
    }

    function test_commitUpdate_failsIfSIsHigh() public {
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", ledger.domainSeparator(), Expected.hash(c)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PARTICIPANT_KEY, digest);
        bytes32 high = bytes32(SECP256K1_ORDER - uint256(s));
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, high));
        ledger.commitUpdate(c, abi.encodePacked(r, high, v == 27 ? uint8(28) : uint8(27)));
    }

    function test_commitUpdate_failsIfSignatureHasNot65Bytes() public {
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        bytes memory signature = sign(PARTICIPANT_KEY, c);
        bytes memory longer = bytes.concat(signature, hex"00");
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, 66));
        ledger.commitUpdate(c, longer);
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, 0));
        ledger.commitUpdate(c, "");
    }

    // ------------------------------------------------------------------------------------------- closing commits

    function test_closeCommits_isForAnyoneOnceAllHaveCommitted() public {
        bytes32 roundId = open();
        commitAll(MEMBERS);
        vm.expectEmit();
        emit IFederatedLedger.CommitsClosed(roundId, uint32(MEMBERS), uint64(START + REVEAL_SECONDS));
        vm.prank(stranger);
        ledger.closeCommits(roundId);
        phaseIs(IFederatedLedger.Phase.Publishing);
        IFederatedLedger.RoundRecord memory record = ledger.roundRecord(roundId);
        same(record.committed, MEMBERS, "committed");
        same(record.revealDeadline, START + REVEAL_SECONDS, "reveal deadline");
        same(record.publicationDeadline, START + REVEAL_SECONDS + PUBLICATION_SECONDS, "publication deadline");
    }

    function test_closeCommits_failsIfSomeAreMissingBeforeTheDeadline() public {
        bytes32 roundId = open();
        commitAll(MEMBERS - 1);
        vm.warp(START + COMMIT_SECONDS);
        vm.expectRevert(
            abi.encodeWithSelector(
                IFederatedLedger.DeadlineNotPassed.selector, START + COMMIT_SECONDS, START + COMMIT_SECONDS
            )
        );
        ledger.closeCommits(roundId);
        vm.warp(START + COMMIT_SECONDS + 1);
        ledger.closeCommits(roundId);
        same(ledger.roundRecord(roundId).committed, MEMBERS - 1, "committed");
    }

    function test_closeCommits_abortsIfCommittedAreFewerThanTheQuorum() public {
        bytes32 roundId = open();
        commit(0);
        vm.warp(START + COMMIT_SECONDS + 1);
        vm.expectEmit();
        emit IFederatedLedger.CommitsClosed(
            roundId, 1, uint64(START + COMMIT_SECONDS + 1 + REVEAL_SECONDS)
        );
        vm.expectEmit();
        emit IFederatedLedger.RoundAborted(1, roundId, IFederatedLedger.AbortReason.TooFewCommitments);
        ledger.closeCommits(roundId);
        abortedWith(roundId, IFederatedLedger.AbortReason.TooFewCommitments);
    }

    function test_closeCommits_failsIfDoneTwiceOrUnknown() public {
        bytes32 roundId = open();
        commitAll(MEMBERS);
        ledger.closeCommits(roundId);
        vm.expectRevert(
            wrongPhase(roundId, IFederatedLedger.Phase.Publishing, IFederatedLedger.Phase.Committing)
        );
        ledger.closeCommits(roundId);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.UnknownRound.selector, bytes32(0)));
        ledger.closeCommits(0);
    }

    // -------------------------------------------------------------------------------------------------- aborting

    function test_abortRound_isTheCoordinatorsBeforeCommitsClose() public {
        bytes32 roundId = open();
        vm.prank(stranger);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessControl.AccessControlUnauthorizedAccount.selector, stranger, keccak256("COORDINATOR")
            )
        );
        ledger.abortRound(roundId, IFederatedLedger.AbortReason.Coordinator);
        vm.expectEmit();
        emit IFederatedLedger.RoundAborted(1, roundId, IFederatedLedger.AbortReason.Coordinator);
        vm.prank(coordinator);
        ledger.abortRound(roundId, IFederatedLedger.AbortReason.Coordinator);
        abortedWith(roundId, IFederatedLedger.AbortReason.Coordinator);
        open();
        same(ledger.federation().round, 2, "round");
    }

    function test_abortRound_isNotTheCoordinatorsOnceCommitsAreClosed() public {
        bytes32 roundId = open();
        commitAll(MEMBERS);
        closeCommits();
        refuseAbort(roundId, IFederatedLedger.AbortReason.Coordinator, IFederatedLedger.Phase.Publishing);
        publish(0, first(MEMBERS), "");
        refuseAbort(roundId, IFederatedLedger.AbortReason.Coordinator, IFederatedLedger.Phase.Attesting);
        refuseAbort(roundId, IFederatedLedger.AbortReason.Deadline, IFederatedLedger.Phase.Attesting);
    }

    function test_abortRound_isForAnyoneAfterThePublicationDeadline() public {
        bytes32 roundId = open();
        refuseAbort(roundId, IFederatedLedger.AbortReason.Deadline, IFederatedLedger.Phase.Committing);
        commitAll(MEMBERS);
        closeCommits();
        uint256 deadline = START + REVEAL_SECONDS + PUBLICATION_SECONDS;
        vm.warp(deadline);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.DeadlineNotPassed.selector, deadline, deadline));
        ledger.abortRound(roundId, IFederatedLedger.AbortReason.Deadline);
        vm.warp(deadline + 1);
        vm.prank(stranger);
        ledger.abortRound(roundId, IFederatedLedger.AbortReason.Deadline);
        abortedWith(roundId, IFederatedLedger.AbortReason.Deadline);
        refuseAbort(roundId, IFederatedLedger.AbortReason.Deadline, IFederatedLedger.Phase.Aborted);
    }

    function test_abortRound_failsIfUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.UnknownRound.selector, bytes32(0)));
        ledger.abortRound(0, IFederatedLedger.AbortReason.Deadline);
    }

    // --------------------------------------------------------------------------------------------------- helpers

    function refuseOpening(IFederatedLedger.RoundOpening memory o, bytes memory refusal) private {
        vm.prank(coordinator);
        vm.expectRevert(refusal);
        ledger.openRound(o);
    }

    function refuseCommitment(IFederatedLedger.UpdateCommitment memory c, uint256 key, bytes memory refusal) private {
        bytes memory signature = sign(key, c);
        vm.expectRevert(refusal);
        ledger.commitUpdate(c, signature);
    }

    function refuseAbort(bytes32 roundId, IFederatedLedger.AbortReason reason, IFederatedLedger.Phase phase)
        private
    {
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.InvalidAbortReason.selector, reason, phase));
        ledger.abortRound(roundId, reason);
    }

    function wrongPhase(bytes32 roundId, IFederatedLedger.Phase actual, IFederatedLedger.Phase needed)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(IFederatedLedger.WrongPhase.selector, roundId, actual, needed);
    }
}
