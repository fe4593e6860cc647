// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

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
            ledger.govern(IFederatedLedger.GovernanceKind.RemoveAggregator, aggregator(i), 0, signatures);
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

    function test_openRound_failsIfCommitDeadlineIsPast() public {
        IFederatedLedger.RoundOpening memory o = opening();
        o.commitDeadline = uint64(START);
        refuseOpening(
            o, abi.encodeWithSelector(IFederatedLedger.InvalidCommitDeadline.selector, START, START)
        );
        o.commitDeadline = uint64(START + 1);
        open(o);
    }

    function test_openRound_failsIfTheRoundMayTakeLongerThan30Days() public {
        IFederatedLedger.RoundOpening memory o = opening();
        o.laterStages = twoLaterStages(1000, 2);
        o.attempts = 64;
        uint256 rest = 2 * 1000 + REVEAL_SECONDS + 64 * (PUBLICATION_SECONDS + ATTESTATION_SECONDS);
        o.commitDeadline = uint64(START + 30 days - rest + 1);
        refuseOpening(o, tooLong(30 days + 1));
        o.commitDeadline = type(uint64).max;
        refuseOpening(o, tooLong(type(uint64).max - START + rest));
        o.commitDeadline = uint64(START + 30 days - rest);
        open(o);
    }

    function test_openRound_failsIfAnyWindowAloneIsTooLong() public {
        IFederatedLedger.RoundOpening memory o = opening();
        o.revealSeconds = type(uint32).max;
        refuseOpening(o, tooLong(COMMIT_SECONDS + uint256(type(uint32).max) + 3 * 500));
        o = opening();
        o.publicationSeconds = type(uint32).max;
        refuseOpening(o, tooLong(COMMIT_SECONDS + 100 + 3 * (uint256(type(uint32).max) + 300)));
        o = opening();
        o.attestationSeconds = type(uint32).max;
        refuseOpening(o, tooLong(COMMIT_SECONDS + 100 + 3 * (uint256(type(uint32).max) + 200)));
        o = opening();
        o.laterStages = twoLaterStages(type(uint32).max, 2);
        refuseOpening(o, tooLong(COMMIT_SECONDS + 2 * uint256(type(uint32).max) + 100 + 3 * 500));
    }

    function test_openRound_failsIfAWindowIsEmpty() public {
        bytes memory refusal = abi.encodeWithSelector(IFederatedLedger.InvalidWindow.selector, 0);
        IFederatedLedger.RoundOpening memory o = opening();
        o.revealSeconds = 0;
        refuseOpening(o, refusal);
        o = opening();
        o.publicationSeconds = 0;
        refuseOpening(o, refusal);
        o = opening();
        o.attestationSeconds = 0;
        refuseOpening(o, refusal);
    }

    function test_openRound_failsIfAttemptsAreNoneOrMoreThan64() public {
        IFederatedLedger.RoundOpening memory o = opening();
        uint32[3] memory attempts = [uint32(0), 65, 257];
        for (uint256 i = 0; i < 3; i++) {
            o.attempts = attempts[i];
            refuseOpening(o, abi.encodeWithSelector(IFederatedLedger.InvalidAttempts.selector, attempts[i]));
        }
    }

    function test_openRound_failsIfLaterStagesAreNotProperlyPacked() public {
        uint256 stage = 100 << 16 | 2;
        uint256[6] memory packings = [
            stage << 48,
            100 << 16,
            2,
            100 << 16 | (MEMBERS + 1),
            1 << 240,
            stage | stage << 48 | stage << 96 | stage << 144 | stage << 192 | 1 << 240
        ];
        for (uint256 i = 0; i < packings.length; i++) {
            IFederatedLedger.RoundOpening memory o = opening();
            o.laterStages = packings[i];
            refuseOpening(o, abi.encodeWithSelector(IFederatedLedger.InvalidStages.selector, packings[i]));
        }
    }

    function test_openRound_failsIfTheDrawIsNotOfTheMembers() public {
        IFederatedLedger.RoundOpening memory o = opening();
        refuseDraw(o, type(uint256).max, 2);
        refuseDraw(o, type(uint256).max, 4);
        refuseDraw(o, 1 << 255, 1);
        refuseDraw(o, 1 << 255, 4);
        (o.drawThreshold, o.drawn) = (1 << 255, 2);
        open(o);
    }

    // ------------------------------------------------------------------------------------------------- the base

    function test_openRound_failsIfTheBaseIsAnother() public {
        IFederatedLedger.RoundOpening memory o = opening();
        o.baseVersion = 1;
        refuseBase(o, 0);
        o = opening();
        o.baseModel = keccak256("another model");
        refuseBase(o, 0);
        o = opening();
        o.baseState = keccak256("another state");
        refuseBase(o, 0);
        makeVersion();
        refuseBase(opening(), 1);
        open();
    }

    function test_buildOn_bindsRoundsUntilTheNextVersionIsFinal() public {
        makeVersion();
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.BuildOn, address(0), 0);
        vm.expectEmit();
        emit IFederatedLedger.GovernanceApproved(
            0, IFederatedLedger.GovernanceKind.BuildOn, address(0), 0, signatures
        );
        vm.expectEmit();
        emit IFederatedLedger.BaseApproved(0);
        ledger.govern(IFederatedLedger.GovernanceKind.BuildOn, address(0), 0, signatures);
        same(ledger.federation().baseVersion, 0, "base");
        refuseBase(head(1), 0);
        bytes32 roundId = open(opening());
        vm.prank(coordinator);
        ledger.abortRound(roundId, IFederatedLedger.AbortReason.Coordinator);
        refuseBase(head(1), 0);
        roundId = open(opening());
        finish(roundId);
        same(ledger.federation().version, 2, "version");
        same(ledger.federation().baseVersion, 2, "base");
        refuseBase(opening(), 2);
        open();
    }

    function test_buildOn_isLeftToTheNextRoundByWhatAnOpenOneMakes() public {
        makeVersion();
        bytes32 roundId = open();
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.BuildOn, address(0), 1);
        ledger.govern(IFederatedLedger.GovernanceKind.BuildOn, address(0), 1, signatures);
        finish(roundId);
        same(ledger.federation().version, 2, "version");
        same(ledger.federation().baseVersion, 1, "base");
        roundId = open(head(1));
        finish(roundId);
        same(ledger.federation().baseVersion, 3, "base");
    }

    function test_buildOn_failsIfThereIsNoSuchVersion() public {
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.BuildOn, address(0), 1);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.UnknownVersion.selector, 1));
        ledger.govern(IFederatedLedger.GovernanceKind.BuildOn, address(0), 1, signatures);
    }

    // -------------------------------------------------------------------------------------------------- the draw

    function test_commit_isForTheDrawnAlone() public {
        IFederatedLedger.RoundOpening memory o = opening();
        uint256[3] memory draws;
        for (uint256 i = 0; i < MEMBERS; i++) {
            draws[i] = Expected.draw(FEDERATION, MODEL, 1, participant(i));
        }
        uint256 last = draws[0] > draws[1] ? (draws[0] > draws[2] ? 0 : 2) : (draws[1] > draws[2] ? 1 : 2);
        (o.drawThreshold, o.drawn) = (draws[last], 2);
        bytes32 roundId = open(o);
        refuseCommitment(
            commitmentOf(last),
            PARTICIPANT_KEY + last,
            abi.encodeWithSelector(IFederatedLedger.NotDrawn.selector, participant(last), roundId)
        );
        commit((last + 1) % 3);
        commit((last + 2) % 3);
        vm.prank(stranger);
        ledger.closeCommits(roundId);
        phaseIs(IFederatedLedger.Phase.Publishing);
        same(ledger.roundRecord(roundId).committed, 2, "committed");
    }

    /// @dev Else whoever admits members could try addresses until the base draws them.
    function test_commit_drawsNobodyWhoWasAdmittedWhenTheBaseCouldBeKnown() public {
        bytes32 former = open();
        vm.prank(coordinator);
        ledger.admit(participant(MEMBERS), 0);
        finish(former);
        IFederatedLedger.RoundOpening memory o = openingOnHead();
        (o.drawThreshold, o.drawn) = (type(uint256).max - 1, uint32(MEMBERS));
        bytes32 roundId = open(o);
        refuseCommitment(
            commitmentOf(MEMBERS),
            PARTICIPANT_KEY + MEMBERS,
            abi.encodeWithSelector(IFederatedLedger.NotDrawn.selector, participant(MEMBERS), roundId)
        );
        finish(roundId);
        o = openingOnHead();
        o.drawThreshold = type(uint256).max - 1;
        open(o);
        commit(MEMBERS);
    }

    function test_openRound_failsIfItDrawsOnAnotherVersionThanTheLast() public {
        makeVersion();
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.BuildOn, address(0), 0);
        ledger.govern(IFederatedLedger.GovernanceKind.BuildOn, address(0), 0, signatures);
        IFederatedLedger.RoundOpening memory o = opening();
        o.drawThreshold = type(uint256).max - 1;
        refuseOpening(
            o, abi.encodeWithSelector(IFederatedLedger.InvalidDraw.selector, o.drawThreshold, o.drawn)
        );
        open(opening());
    }

    /// @dev The draw hash decides alone: below the threshold in, at it or above out.
    function test_commit_drawsBelowTheThreshold(uint256 who, bool exactly) public {
        who = who % MEMBERS;
        IFederatedLedger.RoundOpening memory o = opening();
        uint256 hash = Expected.draw(FEDERATION, MODEL, 1, participant(who));
        (o.drawThreshold, o.drawn) = (exactly ? hash : hash + 1, 2);
        bytes32 roundId = open(o);
        if (exactly) {
            refuseCommitment(
                commitmentOf(who),
                PARTICIPANT_KEY + who,
                abi.encodeWithSelector(IFederatedLedger.NotDrawn.selector, participant(who), roundId)
            );
        } else {
            commit(who);
        }
    }

    // ---------------------------------------------------------------------------------------------------- stages

    function test_stages_followEachOtherAndTheLastIsPublished() public {
        IFederatedLedger.RoundOpening memory o = opening();
        o.laterStages = twoLaterStages(70, 2);
        bytes32 roundId = open(o);
        commitAll(MEMBERS);
        vm.expectEmit();
        emit IFederatedLedger.CommitsClosed(roundId, 0, uint32(MEMBERS), uint64(START + 70));
        closeCommits();
        stageIs(roundId, 1, START + 70, MEMBERS);
        commit(0);
        commit(2);
        vm.warp(START + 71);
        vm.expectEmit();
        emit IFederatedLedger.CommitsClosed(roundId, 1, 2, uint64(START + 71 + 70));
        closeCommits();
        stageIs(roundId, 2, START + 71 + 70, 2);
        commit(2);
        commit(0);
        vm.expectEmit();
        emit IFederatedLedger.CommitsClosed(roundId, 2, 2, uint64(START + 71 + REVEAL_SECONDS));
        closeCommits();
        phaseIs(IFederatedLedger.Phase.Publishing);
        uint256[] memory accepted = new uint256[](1);
        accepted[0] = 5;
        IFederatedLedger.Publication memory p = publish(0, accepted, "");
        attest(0, p, true);
        attest(1, p, true);
        versionIs(1, p.model, p.state);
    }

    function test_stages_areForWhoCommittedInTheOneBefore() public {
        IFederatedLedger.RoundOpening memory o = opening();
        o.laterStages = twoLaterStages(70, 2);
        bytes32 roundId = open(o);
        commit(0);
        commit(1);
        vm.warp(START + COMMIT_SECONDS + 1);
        closeCommits();
        refuseCommitment(
            commitmentOf(2),
            PARTICIPANT_KEY + 2,
            abi.encodeWithSelector(IFederatedLedger.NotInEarlierStage.selector, participant(2), 1)
        );
        commit(0);
        refuseCommitment(
            commitmentOf(0),
            PARTICIPANT_KEY,
            abi.encodeWithSelector(IFederatedLedger.AlreadyCommitted.selector, participant(0), roundId)
        );
    }

    function test_stages_failIfACommitmentIsForAnother() public {
        IFederatedLedger.RoundOpening memory o = opening();
        o.laterStages = twoLaterStages(70, 2);
        open(o);
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        c.stage = 1;
        refuseCommitment(
            c, PARTICIPANT_KEY, abi.encodeWithSelector(IFederatedLedger.WrongStage.selector, 1, 0)
        );
        commitAll(MEMBERS);
        closeCommits();
        c.stage = 0;
        refuseCommitment(
            c, PARTICIPANT_KEY, abi.encodeWithSelector(IFederatedLedger.WrongStage.selector, 0, 1)
        );
    }

    /// @dev Each step is taken late, and none moves the end that the opening sets.
    function test_round_endsInItsOpeningsTimeHoweverLateItsStepsAre() public {
        IFederatedLedger.RoundOpening memory o = opening();
        (o.laterStages, o.attempts) = (70 << 16 | 2, 2);
        bytes32 roundId = open(o);
        commit(0);
        commit(1);
        vm.warp(o.commitDeadline + 60);
        closeCommits();
        same(ledger.roundRecord(roundId).commitDeadline, o.commitDeadline + 70, "commit deadline");
        commit(0);
        commit(1);
        vm.warp(o.commitDeadline + 70 + REVEAL_SECONDS);
        closeCommits();
        uint256 reveal = o.commitDeadline + 70 + REVEAL_SECONDS;
        same(ledger.roundRecord(roundId).revealDeadline, reveal, "reveal deadline");
        same(ledger.roundRecord(roundId).publicationDeadline, reveal + PUBLICATION_SECONDS, "publication deadline");
        vm.warp(reveal + PUBLICATION_SECONDS);
        publish(0, first(2), "");
        uint256 end = reveal + 2 * PUBLICATION_SECONDS + ATTESTATION_SECONDS;
        vm.warp(end + 1);
        ledger.expirePublication(roundId);
        same(ledger.roundRecord(roundId).publicationDeadline, end, "second publication deadline");
        vm.prank(stranger);
        ledger.abortRound(roundId, IFederatedLedger.AbortReason.Deadline);
    }

    function test_stages_endTheRoundBelowTheirThreshold() public {
        IFederatedLedger.RoundOpening memory o = opening();
        o.laterStages = twoLaterStages(70, 3);
        bytes32 roundId = open(o);
        commitAll(MEMBERS);
        closeCommits();
        commit(0);
        commit(1);
        vm.expectRevert(
            abi.encodeWithSelector(IFederatedLedger.DeadlineNotPassed.selector, START + 70, START)
        );
        ledger.closeCommits(roundId);
        vm.warp(START + 71);
        closeCommits();
        abortedWith(roundId, IFederatedLedger.AbortReason.TooFewCommitments);
    }

    function test_stages_areNotTheCoordinatorsToAbortAfterTheFirst() public {
        IFederatedLedger.RoundOpening memory o = opening();
        o.laterStages = twoLaterStages(70, 2);
        bytes32 roundId = open(o);
        commitAll(MEMBERS);
        closeCommits();
        refuseAbort(roundId, IFederatedLedger.AbortReason.Coordinator, IFederatedLedger.Phase.Committing);
    }

    function test_stages_chargePrivacyInEach() public {
        IFederatedLedger.RoundOpening memory o = opening();
        o.laterStages = 70 << 16 | 2;
        open(o);
        for (uint256 stage = 0; stage < 2; stage++) {
            IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
            c.privacyCost = 5;
            ledger.commit(c, sign(PARTICIPANT_KEY, c));
            commit(1);
            commit(2);
            closeCommits();
        }
        same(ledger.participantRecord(participant(0)).spent, 10, "spent");
    }

    function test_openRound_failsIfWeightCapIsZeroOrBeyond32Bits() public {
        IFederatedLedger.RoundOpening memory o = opening();
        o.weightCap = 0;
        refuseOpening(o, abi.encodeWithSelector(IFederatedLedger.InvalidWeightCap.selector, 0));
        o.weightCap = uint64(1) << 32;
        refuseOpening(o, abi.encodeWithSelector(IFederatedLedger.InvalidWeightCap.selector, uint64(1) << 32));
    }

    // ----------------------------------------------------------------------------------------------- committing

    function test_commit_failsIfDoneTwice() public {
        bytes32 roundId = open();
        commit(0);
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        bytes memory refusal =
            abi.encodeWithSelector(IFederatedLedger.AlreadyCommitted.selector, participant(0), roundId);
        refuseCommitment(c, PARTICIPANT_KEY, refusal);
        c.digest = keccak256("another update");
        refuseCommitment(c, PARTICIPANT_KEY, refusal);
    }

    function test_commit_failsIfNeverAdmitted() public {
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        c.participant = stranger;
        refuseCommitment(
            c, STRANGER_KEY, abi.encodeWithSelector(IFederatedLedger.NotMemberOfRound.selector, stranger, 1)
        );
    }

    function test_commit_failsIfWeightIsOutOfBounds() public {
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
        ledger.commit(c, sign(PARTICIPANT_KEY, c));
        c = commitmentOf(1);
        c.weight = 1;
        ledger.commit(c, sign(PARTICIPANT_KEY + 1, c));
    }

    function test_commit_failsIfDigestOrSizeIsZero() public {
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        c.digest = 0;
        refuseCommitment(c, PARTICIPANT_KEY, abi.encodeWithSelector(IFederatedLedger.ZeroDigest.selector));
        c = commitmentOf(0);
        c.size = 0;
        refuseCommitment(c, PARTICIPANT_KEY, abi.encodeWithSelector(IFederatedLedger.ZeroSize.selector));
    }

    function test_commit_isTakenUntilTheDeadlineAndNotAfter() public {
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

    function test_commit_failsIfCommitsAreClosed() public {
        bytes32 roundId = open();
        commitAll(MEMBERS);
        closeCommits();
        refuseCommitment(
            commitmentOf(0),
            PARTICIPANT_KEY,
            wrongPhase(roundId, IFederatedLedger.Phase.Publishing, IFederatedLedger.Phase.Committing)
        );
    }

    function test_commit_failsForAnotherRound() public {
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
    function test_commit_failsIfAnyPartIsDamaged(uint8 part, uint64 flip) public {
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        c.privacyCost = 3;
        bytes memory signature = sign(PARTICIPANT_KEY, c);
        part = part % 7;
        flip = flip == 0 ? 1 : flip;
        if (part == 0) c.roundId ^= bytes32(uint256(flip));
        else if (part == 1) c.participant = participant(1);
        else if (part == 2) c.digest ^= bytes32(uint256(flip));
        else if (part == 3) c.size ^= flip % 2000 + 1;
        else if (part == 4) c.weight = c.weight % WEIGHT_CAP + 1;
        else if (part == 5) c.privacyCost ^= flip;
        else c.stage ^= uint8(flip) == 0 ? 1 : uint8(flip);
        vm.expectRevert();
        ledger.commit(c, signature);
    }

    function test_commit_failsIfSignatureIsDamaged(uint256 position, uint8 flip) public {
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        bytes memory signature = sign(PARTICIPANT_KEY, c);
        position = position % signature.length;
        signature[position] ^= bytes1(flip == 0 ? 1 : flip);
        vm.expectRevert();
        ledger.commit(c, signature);
    }

    function test_commit_failsIfSignatureIsOfAnotherKey() public {
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        refuseCommitment(
            c,
            STRANGER_KEY,
            abi.encodeWithSelector(IFederatedLedger.WrongSigner.selector, stranger, participant(0))
        );
    }

    function test_commit_failsIfSIsHigh() public {
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", ledger.domainSeparator(), Expected.hash(c)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PARTICIPANT_KEY, digest);
        bytes32 high = bytes32(SECP256K1_ORDER - uint256(s));
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, high));
        ledger.commit(c, abi.encodePacked(r, high, v == 27 ? uint8(28) : uint8(27)));
    }

    function test_commit_failsIfSignatureHasNot65Bytes() public {
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        bytes memory signature = sign(PARTICIPANT_KEY, c);
        bytes memory longer = bytes.concat(signature, hex"00");
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, 66));
        ledger.commit(c, longer);
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, 0));
        ledger.commit(c, "");
    }

    // ------------------------------------------------------------------------------------------- closing commits

    function test_closeCommits_isForAnyoneOnceAllHaveCommitted() public {
        bytes32 roundId = open();
        commitAll(MEMBERS);
        vm.expectEmit();
        emit IFederatedLedger.CommitsClosed(roundId, 0, uint32(MEMBERS), uint64(START + REVEAL_SECONDS));
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
            roundId, 0, 1, uint64(START + COMMIT_SECONDS + REVEAL_SECONDS)
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
            abi.encodeWithSelector(IFederatedLedger.NotCoordinator.selector, stranger, coordinator)
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

    function finish(bytes32 roundId) private {
        commitAll(MEMBERS);
        ledger.closeCommits(roundId);
        IFederatedLedger.Publication memory p = publish(0, first(MEMBERS), "");
        attest(0, p, true);
        attest(1, p, true);
        remember();
    }

    function makeVersion() private {
        finish(open());
        same(ledger.federation().version, 1, "version");
    }

    function head(uint64 version) private view returns (IFederatedLedger.RoundOpening memory) {
        (bytes32 model, bytes32 state) = resultOf(roundOf[version], attemptOf[version]);
        return opening(version, model, state);
    }

    function stageIs(bytes32 roundId, uint256 stage, uint256 deadline, uint256 mayCommit) private view {
        phaseIs(IFederatedLedger.Phase.Committing);
        IFederatedLedger.RoundRecord memory record = ledger.roundRecord(roundId);
        same(record.stage, stage, "stage");
        same(record.commitDeadline, deadline, "commit deadline");
        same(record.mayCommit, mayCommit, "may commit");
    }

    function tooLong(uint256 duration) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IFederatedLedger.RoundTooLong.selector, duration, 30 days);
    }

    function refuseDraw(IFederatedLedger.RoundOpening memory o, uint256 threshold, uint32 drawn) private {
        (o.drawThreshold, o.drawn) = (threshold, drawn);
        refuseOpening(o, abi.encodeWithSelector(IFederatedLedger.InvalidDraw.selector, threshold, drawn));
    }

    function refuseBase(IFederatedLedger.RoundOpening memory o, uint64 expected) private {
        refuseOpening(
            o,
            abi.encodeWithSelector(
                IFederatedLedger.WrongBase.selector, o.baseVersion, o.baseModel, o.baseState, expected
            )
        );
    }

    function refuseOpening(IFederatedLedger.RoundOpening memory o, bytes memory refusal) private {
        vm.prank(coordinator);
        vm.expectRevert(refusal);
        ledger.openRound(o);
    }

    function refuseCommitment(IFederatedLedger.UpdateCommitment memory c, uint256 key, bytes memory refusal) private {
        bytes memory signature = sign(key, c);
        vm.expectRevert(refusal);
        ledger.commit(c, signature);
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
