// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";
import {Expected} from "./Expected.sol";
import {LedgerTest} from "./LedgerTest.sol";

/// @notice Candidates: publishing, attesting, failing, and what becomes final.
contract PublicationsTest is LedgerTest {
    uint256 private constant MEMBERS = 5;
    bytes32 private roundId;

    /// @dev Five members of whom the last has not committed; the quorum is 2; attestations 2 of 3.
    function setUp() public {
        found(2, 2, 3);
        toPublishing();
    }

    // ------------------------------------------------------------------------------------------------- publishing

    function test_publish_isFinalAtOnceWithoutVerifiers() public {
        found(2, 0, 0);
        toPublishing();
        uint256[] memory accepted = first(4);
        IFederatedLedger.Publication memory p = publicationOf(accepted, "");
        bytes memory signature = sign(AGGREGATOR_KEY, p);
        vm.expectEmit();
        emit IFederatedLedger.VersionFinal(1, p.model, roundId, MODEL, p.state, 1);
        ledger.publish(p, accepted, "", signature);
        phaseIs(IFederatedLedger.Phase.Final);
        versionIs(1, p.model, p.state);
        same(ledger.pendingPublication(), 0, "pending");
    }

    function test_publish_abortsAtOnceWithoutVerifiers() public {
        found(2, 0, 0);
        toPublishing();
        proposeAbort(first(4), "");
        abortedWith(roundId, IFederatedLedger.AbortReason.NoAggregate);
        versionIs(0, MODEL, STATE);
    }

    function test_publish_failsIfSignerIsNoAggregator() public {
        IFederatedLedger.Publication memory p = publicationOf(first(4), "");
        refuse(
            p,
            first(4),
            "",
            STRANGER_KEY,
            abi.encodeWithSelector(IFederatedLedger.NotAggregatorOfRound.selector, stranger, 1)
        );
    }

    function test_publish_failsIfAggregatorCameAfterTheOpening() public {
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.AddAggregator, stranger);
        ledger.govern(IFederatedLedger.GovernanceKind.AddAggregator, stranger, 0, signatures);
        refuse(
            publicationOf(first(4), ""),
            first(4),
            "",
            STRANGER_KEY,
            abi.encodeWithSelector(IFederatedLedger.NotAggregatorOfRound.selector, stranger, 1)
        );
    }

    function test_publish_failsIfACandidateIsPending() public {
        publish(0, first(4), "");
        refuse(
            publicationOf(first(4), ""),
            first(4),
            "",
            AGGREGATOR_KEY + 1,
            abi.encodeWithSelector(
                IFederatedLedger.WrongPhase.selector,
                roundId,
                IFederatedLedger.Phase.Attesting,
                IFederatedLedger.Phase.Publishing
            )
        );
    }

    function test_publish_failsIfTheAggregatorHadItsAttempt() public {
        failFirst();
        refuse(
            publicationOf(first(4), ""),
            first(4),
            "",
            AGGREGATOR_KEY,
            abi.encodeWithSelector(IFederatedLedger.AlreadyPublished.selector, aggregator(0), roundId)
        );
    }

    function test_publish_failsIfAttemptIsNotTheNext() public {
        IFederatedLedger.Publication memory p = publicationOf(first(4), "");
        uint32[3] memory attempts = [uint32(0), 2, 257];
        for (uint256 i = 0; i < 3; i++) {
            p.attempt = attempts[i];
            refuse(
                p,
                first(4),
                "",
                AGGREGATOR_KEY,
                abi.encodeWithSelector(IFederatedLedger.WrongAttempt.selector, attempts[i], 1)
            );
        }
    }

    function test_publish_isTakenUntilTheDeadlineAndNotAfter() public {
        uint256 deadline = ledger.roundRecord(roundId).publicationDeadline;
        vm.warp(deadline + 1);
        refuse(
            publicationOf(first(4), ""),
            first(4),
            "",
            AGGREGATOR_KEY,
            abi.encodeWithSelector(IFederatedLedger.DeadlinePassed.selector, deadline, deadline + 1)
        );
        vm.warp(deadline);
        publish(0, first(4), "");
    }

    function test_publish_failsIfDigestIsOfOtherDecisions() public {
        IFederatedLedger.Publication memory p = publicationOf(first(4), "");
        bytes32 computed = Expected.acceptedDigest(bits(7), hex"00030c");
        refuse(
            p,
            bits(7),
            hex"00030c",
            AGGREGATOR_KEY,
            abi.encodeWithSelector(IFederatedLedger.WrongAcceptedDigest.selector, p.acceptedDigest, computed)
        );
    }

    function test_publish_failsIfACommittedUpdateIsLeftOut() public {
        refuseDecisions(
            bits(7), "", abi.encodeWithSelector(IFederatedLedger.DecisionsMismatch.selector, 0, 7, 0, 15)
        );
    }

    function test_publish_failsIfAnUncommittedUpdateIsNamed() public {
        refuseDecisions(
            bits(31), "", abi.encodeWithSelector(IFederatedLedger.DecisionsMismatch.selector, 0, 31, 0, 15)
        );
        refuseDecisions(
            bits(15),
            hex"00040c",
            abi.encodeWithSelector(IFederatedLedger.DecisionsMismatch.selector, 0, 15, 16, 15)
        );
    }

    function test_publish_failsIfAnUpdateIsAcceptedAndRejected() public {
        refuseDecisions(
            bits(15),
            hex"00030c",
            abi.encodeWithSelector(IFederatedLedger.DecisionsMismatch.selector, 0, 15, 8, 15)
        );
    }

    function test_publish_failsIfWordsAreTooManyOrFew() public {
        uint256[] memory two = new uint256[](2);
        two[0] = 15;
        refuseDecisions(two, "", abi.encodeWithSelector(IFederatedLedger.WrongWordCount.selector, 2, 1));
        refuseDecisions(
            new uint256[](0), "", abi.encodeWithSelector(IFederatedLedger.WrongWordCount.selector, 0, 1)
        );
    }

    function test_publish_failsIfRejectionsAreMalformed() public {
        refuseDecisions(
            bits(7), hex"00030c00", abi.encodeWithSelector(IFederatedLedger.MalformedRejections.selector, 4)
        );
        refuseDecisions(
            bits(3),
            hex"00030c00020c",
            abi.encodeWithSelector(IFederatedLedger.RejectionsNotAscending.selector, 3, 2)
        );
        refuseDecisions(
            bits(7),
            hex"00030c00030c",
            abi.encodeWithSelector(IFederatedLedger.RejectionsNotAscending.selector, 3, 3)
        );
        refuseDecisions(
            bits(7), hex"000300", abi.encodeWithSelector(IFederatedLedger.InvalidReason.selector, 3, 0)
        );
        refuseDecisions(
            bits(15), hex"01000c", abi.encodeWithSelector(IFederatedLedger.IndexOutOfRange.selector, 256, 256)
        );
    }

    function test_publish_takesMissingOnlyAfterTheRevealDeadline() public {
        uint256 deadline = ledger.roundRecord(roundId).revealDeadline;
        vm.warp(deadline);
        refuseDecisions(
            bits(7),
            hex"000301",
            abi.encodeWithSelector(IFederatedLedger.MissingBeforeReveal.selector, 3, deadline, deadline)
        );
        vm.warp(deadline + 1);
        publish(0, bits(7), hex"000301");
    }

    function test_publish_failsIfAModelComesOfFewerThanTheQuorum() public {
        refuseDecisions(
            bits(1),
            hex"00010c00020c00030c",
            abi.encodeWithSelector(IFederatedLedger.TooFewAccepted.selector, 1, 2)
        );
    }

    function test_publish_failsIfResultIsHalfThere() public {
        IFederatedLedger.Publication memory p = publicationOf(first(4), "");
        p.model = 0;
        refuseResult(p);
        p = publicationOf(first(4), "");
        p.modelSize = 0;
        refuseResult(p);
        p = publicationOf(first(4), "");
        p.state = 0;
        refuseResult(p);
        p = publicationOf(first(4), "");
        p.stateSize = 0;
        refuseResult(p);
        p = withoutResult(publicationOf(first(4), ""));
        (p.state, p.stateSize) = (STATE, 100);
        refuseResult(p);
        p = withoutResult(publicationOf(first(4), ""));
        p.modelSize = 1;
        refuseResult(p);
    }

    function test_publish_takesModelWithoutState() public {
        IFederatedLedger.Publication memory p = publicationOf(first(4), "");
        (p.state, p.stateSize) = (0, 0);
        ledger.publish(p, first(4), "", sign(AGGREGATOR_KEY, p));
        attest(0, p, true);
        attest(1, p, true);
        versionIs(1, p.model, 0);
    }

    /// @dev Every field of a signed publication, changed after signing, makes another signer of it.
    function test_publish_failsIfAnyPartIsDamaged(uint8 part, uint32 flip) public {
        IFederatedLedger.Publication memory p = publicationOf(first(4), "");
        bytes memory signature = sign(AGGREGATOR_KEY, p);
        part = part % 7;
        flip = flip == 0 ? 1 : flip;
        if (part == 0) p.roundId ^= bytes32(uint256(flip));
        else if (part == 1) p.attempt ^= flip;
        else if (part == 2) p.model ^= bytes32(uint256(flip));
        else if (part == 3) p.modelSize ^= uint64(flip) << 32;
        else if (part == 4) p.state ^= bytes32(uint256(flip));
        else if (part == 5) p.stateSize ^= uint64(flip) << 32;
        else p.acceptedDigest ^= bytes32(uint256(flip));
        vm.expectRevert();
        ledger.publish(p, first(4), "", signature);
    }

    function test_publish_failsIfSignatureIsDamaged(uint256 position, uint8 flip) public {
        IFederatedLedger.Publication memory p = publicationOf(first(4), "");
        bytes memory signature = sign(AGGREGATOR_KEY, p);
        position = position % signature.length;
        signature[position] ^= bytes1(flip == 0 ? 1 : flip);
        vm.expectRevert();
        ledger.publish(p, first(4), "", signature);
    }

    // ------------------------------------------------------------------------------------------- proposing to abort

    function test_publish_proposesToAbortIfTooFewAreAccepted() public {
        IFederatedLedger.Publication memory p = proposeAbort(bits(1), hex"00010c00020c00030c");
        phaseIs(IFederatedLedger.Phase.Attesting);
        attest(0, p, true);
        IFederatedLedger.Attestation memory a = attestationOf(p, true);
        bytes memory signature = sign(VERIFIER_KEY + 1, a);
        vm.expectEmit();
        emit IFederatedLedger.RoundAborted(1, roundId, IFederatedLedger.AbortReason.TooFewAccepted);
        ledger.attest(a, verifier(1), signature);
        abortedWith(roundId, IFederatedLedger.AbortReason.TooFewAccepted);
        same(ledger.federation().version, 0, "version");
    }

    function test_publish_proposesToAbortIfResultIsNotFinite() public {
        IFederatedLedger.Publication memory p = proposeAbort(first(4), "");
        attest(0, p, true);
        attest(1, p, true);
        abortedWith(roundId, IFederatedLedger.AbortReason.NoAggregate);
    }

    function test_publish_takesAnotherAttemptAfterARefusedProposal() public {
        IFederatedLedger.Publication memory p = proposeAbort(first(4), "");
        attest(0, p, false);
        attest(1, p, false);
        p = publish(1, first(4), "");
        attest(0, p, true);
        attest(1, p, true);
        phaseIs(IFederatedLedger.Phase.Final);
        same(uint256(ledger.roundRecord(roundId).abortReason), 0, "abort reason");
    }

    // -------------------------------------------------------------------------------------------------- attesting

    function test_attest_makesFinalAtTheThreshold() public {
        IFederatedLedger.Publication memory p = publish(0, first(4), "");
        IFederatedLedger.Attestation memory a = attestationOf(p, true);
        bytes memory signature = sign(VERIFIER_KEY + 2, a);
        vm.expectEmit();
        emit IFederatedLedger.Attested(
            a.publicationId, verifier(2), IFederatedLedger.Finding.Match, p.model, p.state, 0, signature
        );
        vm.prank(stranger);
        ledger.attest(a, verifier(2), signature);
        phaseIs(IFederatedLedger.Phase.Attesting);
        same(ledger.roundRecord(roundId).matching, 1, "matching");
        attest(0, p, true);
        phaseIs(IFederatedLedger.Phase.Final);
        versionIs(1, p.model, p.state);
    }

    function test_attest_isNoHaltIfOneDiffersAlone() public {
        IFederatedLedger.Publication memory p = publish(0, first(4), "");
        attest(1, p, false);
        phaseIs(IFederatedLedger.Phase.Attesting);
        attest(0, p, true);
        attest(2, p, true);
        phaseIs(IFederatedLedger.Phase.Final);
    }

    function test_attest_failsTheCandidateIfTooManyDiffer() public {
        IFederatedLedger.Publication memory p = publish(0, first(4), "");
        attest(1, p, false);
        IFederatedLedger.Attestation memory a = attestationOf(p, false);
        bytes memory signature = sign(VERIFIER_KEY + 2, a);
        vm.expectEmit();
        emit IFederatedLedger.Attested(
            a.publicationId, verifier(2), IFederatedLedger.Finding.Differ, a.model, a.state, 0, signature
        );
        vm.expectEmit();
        emit IFederatedLedger.PublicationFailed(
            roundId, a.publicationId, 1, IFederatedLedger.FailureReason.Disputed
        );
        ledger.attest(a, verifier(2), signature);
        phaseIs(IFederatedLedger.Phase.Publishing);
        same(ledger.pendingPublication(), 0, "pending");
        same(ledger.federation().version, 0, "version");
    }

    function test_attest_countsAnewForTheNextAttempt() public {
        failFirst();
        IFederatedLedger.Publication memory p = publish(1, first(4), "");
        same(p.attempt, 2, "attempt");
        same(ledger.roundRecord(roundId).differing, 0, "differing");
        attest(0, p, true);
        attest(1, p, true);
        same(ledger.federation().version, 1, "version");
    }

    function test_attest_failsIfDoneTwice() public {
        IFederatedLedger.Publication memory p = publish(0, first(4), "");
        attest(0, p, true);
        refuseAttestation(
            0,
            attestationOf(p, false),
            abi.encodeWithSelector(IFederatedLedger.AlreadyAttested.selector, verifier(0), Expected.hash(p))
        );
    }

    function test_attest_failsIfNoVerifierOfTheRound() public {
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.RemoveVerifier, verifier(2));
        ledger.govern(IFederatedLedger.GovernanceKind.RemoveVerifier, verifier(2), 0, signatures);
        signatures = approve(2, IFederatedLedger.GovernanceKind.AddVerifier, verifier(3));
        ledger.govern(IFederatedLedger.GovernanceKind.AddVerifier, verifier(3), 0, signatures);
        IFederatedLedger.Publication memory p = publish(0, first(4), "");
        refuseAttestation(
            3,
            attestationOf(p, true),
            abi.encodeWithSelector(IFederatedLedger.NotVerifierOfRound.selector, verifier(3), 1)
        );
        attest(2, p, true);
    }

    function test_attest_failsForAnotherPublication() public {
        failFirst();
        IFederatedLedger.Attestation memory a;
        a.publicationId = ledger.pendingPublication();
        refuseAttestation(
            0,
            a,
            abi.encodeWithSelector(
                IFederatedLedger.WrongPhase.selector,
                roundId,
                IFederatedLedger.Phase.Publishing,
                IFederatedLedger.Phase.Attesting
            )
        );
        IFederatedLedger.Publication memory p = publish(1, first(4), "");
        a = attestationOf(p, true);
        a.publicationId = keccak256("another");
        refuseAttestation(
            0,
            a,
            abi.encodeWithSelector(
                IFederatedLedger.UnknownPublication.selector, a.publicationId, Expected.hash(p)
            )
        );
    }

    function test_attest_failsIfAMatchNamesAnotherResult() public {
        IFederatedLedger.Publication memory p = publish(0, first(4), "");
        IFederatedLedger.Attestation memory a = attestationOf(p, true);
        a.state = keccak256("another state");
        refuseAttestation(
            0, a, abi.encodeWithSelector(IFederatedLedger.MatchOfOtherResult.selector, a.model, a.state)
        );
        a = attestationOf(p, true);
        a.model = keccak256("another model");
        refuseAttestation(
            0, a, abi.encodeWithSelector(IFederatedLedger.MatchOfOtherResult.selector, a.model, a.state)
        );
    }

    function test_attest_mayDifferOverTheDecisionsAlone() public {
        IFederatedLedger.Publication memory p = publish(0, first(4), "");
        IFederatedLedger.Attestation memory a = attestationOf(p, true);
        a.finding = IFederatedLedger.Finding.Differ;
        ledger.attest(a, verifier(0), sign(VERIFIER_KEY, a));
        same(ledger.roundRecord(roundId).differing, 1, "differing");
    }

    function test_attest_isTakenUntilTheDeadlineAndNotAfter() public {
        IFederatedLedger.Publication memory p = publish(0, first(4), "");
        uint256 deadline = block.timestamp + ATTESTATION_SECONDS;
        vm.warp(deadline);
        attest(0, p, true);
        vm.warp(deadline + 1);
        refuseAttestation(
            1,
            attestationOf(p, true),
            abi.encodeWithSelector(IFederatedLedger.DeadlinePassed.selector, deadline, deadline + 1)
        );
    }

    /// @dev Every field of a signed attestation, and its verifier, changed after signing, is refused.
    function test_attest_failsIfAnyPartIsDamaged(uint8 part, uint64 flip, bool matches) public {
        IFederatedLedger.Publication memory p = publish(0, first(4), "");
        IFederatedLedger.Attestation memory a = attestationOf(p, matches);
        bytes memory signature = sign(VERIFIER_KEY, a);
        address account = verifier(0);
        part = part % 6;
        bytes32 mask = bytes32(uint256(flip == 0 ? 1 : flip));
        if (part == 0) a.publicationId ^= mask;
        else if (part == 1) a.model ^= mask;
        else if (part == 2) a.state ^= mask;
        else if (part == 3) a.finding = IFederatedLedger.Finding(1 + uint8(a.finding) % 3);
        else if (part == 4) a.lacking ^= mask;
        else account = verifier(1);
        vm.expectRevert();
        ledger.attest(a, account, signature);
    }

    function test_attest_failsIfSignatureIsDamaged(uint256 position, uint8 flip) public {
        IFederatedLedger.Publication memory p = publish(0, first(4), "");
        IFederatedLedger.Attestation memory a = attestationOf(p, true);
        bytes memory signature = sign(VERIFIER_KEY, a);
        position = position % signature.length;
        signature[position] ^= bytes1(flip == 0 ? 1 : flip);
        vm.expectRevert();
        ledger.attest(a, verifier(0), signature);
    }

    // --------------------------------------------------------------------------------------------------- expiring

    function test_expirePublication_isForAnyoneAfterTheDeadline() public {
        IFederatedLedger.Publication memory p = publish(0, first(4), "");
        attest(0, p, true);
        uint256 deadline = block.timestamp + ATTESTATION_SECONDS;
        vm.warp(deadline);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.DeadlineNotPassed.selector, deadline, deadline));
        ledger.expirePublication(roundId);
        vm.warp(deadline + 1);
        vm.expectEmit();
        emit IFederatedLedger.PublicationFailed(
            roundId, Expected.hash(p), 1, IFederatedLedger.FailureReason.Deadline
        );
        vm.prank(stranger);
        ledger.expirePublication(roundId);
        same(
            ledger.roundRecord(roundId).publicationDeadline,
            deadline + 1 + PUBLICATION_SECONDS,
            "publication deadline"
        );
    }

    function test_expirePublication_failsIfNoneIsPending() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IFederatedLedger.WrongPhase.selector,
                roundId,
                IFederatedLedger.Phase.Publishing,
                IFederatedLedger.Phase.Attesting
            )
        );
        ledger.expirePublication(roundId);
    }

    function test_publicationDeadline_neverComesBeforeAFullWindowAfterReveal() public {
        failFirst();
        IFederatedLedger.RoundRecord memory record = ledger.roundRecord(roundId);
        check(block.timestamp < record.revealDeadline, "failed before the reveal deadline");
        same(record.publicationDeadline, record.revealDeadline + PUBLICATION_SECONDS, "publication deadline");
    }

    function test_round_endsThoughEveryAggregatorFails() public {
        for (uint256 i = 0; i < 3; i++) {
            publish(i, first(4), "");
            vm.warp(ledger.roundRecord(roundId).attestationDeadline + 1);
            ledger.expirePublication(roundId);
        }
        vm.prank(stranger);
        ledger.abortRound(roundId, IFederatedLedger.AbortReason.AttemptsExhausted);
        abortedWith(roundId, IFederatedLedger.AbortReason.AttemptsExhausted);
    }

    // -------------------------------------------------------------------------------------------------- attempts

    function test_publish_failsIfNoAttemptIsLeft() public {
        nextRoundWithOneAttempt();
        failFirst();
        refuse(
            publicationOf(first(4), ""),
            first(4),
            "",
            AGGREGATOR_KEY + 1,
            abi.encodeWithSelector(IFederatedLedger.NoAttemptLeft.selector, 1)
        );
    }

    function test_abortRound_isForAnyoneAtOnceIfNoAttemptIsLeft() public {
        nextRoundWithOneAttempt();
        refuseAbort(IFederatedLedger.AbortReason.AttemptsExhausted, IFederatedLedger.Phase.Publishing);
        IFederatedLedger.Publication memory p = publish(0, first(4), "");
        refuseAbort(IFederatedLedger.AbortReason.AttemptsExhausted, IFederatedLedger.Phase.Attesting);
        attest(0, p, false);
        attest(1, p, false);
        vm.warp(ledger.roundRecord(roundId).publicationDeadline + 1);
        refuseAbort(IFederatedLedger.AbortReason.Deadline, IFederatedLedger.Phase.Publishing);
        vm.expectEmit();
        emit IFederatedLedger.RoundAborted(2, roundId, IFederatedLedger.AbortReason.AttemptsExhausted);
        vm.prank(stranger);
        ledger.abortRound(roundId, IFederatedLedger.AbortReason.AttemptsExhausted);
    }

    // ----------------------------------------------------------------------------------------- rejecting by digest

    function test_publish_failsIfAnythingIsRejectedForItsDigest() public {
        refuseDecisions(
            bits(7), hex"000303", abi.encodeWithSelector(IFederatedLedger.InvalidReason.selector, 3, 3)
        );
    }

    // ---------------------------------------------------------------------------------------------------- lacking

    function test_attest_recordsALack() public {
        IFederatedLedger.Publication memory p = publish(0, first(4), "");
        IFederatedLedger.Attestation memory a = lackOf(p);
        bytes memory signature = sign(VERIFIER_KEY, a);
        vm.expectEmit();
        emit IFederatedLedger.Attested(
            a.publicationId, verifier(0), IFederatedLedger.Finding.Lack, 0, 0, a.lacking, signature
        );
        ledger.attest(a, verifier(0), signature);
        same(ledger.roundRecord(roundId).matching, 0, "matching");
        same(ledger.roundRecord(roundId).differing, 0, "differing");
    }

    function test_attest_letsWhoLackedFindMoreOnce() public {
        IFederatedLedger.Publication memory p = publish(0, first(4), "");
        attest(0, lackOf(p));
        refuseAttestation(0, lackOf(p), alreadyAttested(0, p));
        attest(0, p, true);
        refuseAttestation(0, lackOf(p), alreadyAttested(0, p));
        refuseAttestation(0, attestationOf(p, false), alreadyAttested(0, p));
        same(ledger.roundRecord(roundId).matching, 1, "matching");
        attest(1, lackOf(p));
        attest(1, p, false);
        refuseAttestation(1, attestationOf(p, true), alreadyAttested(1, p));
        same(ledger.roundRecord(roundId).differing, 1, "differing");
    }

    function test_attest_doesNotFailTheCandidateHoweverManyLack() public {
        IFederatedLedger.Publication memory p = publish(0, first(4), "");
        for (uint256 i = 0; i < 3; i++) {
            attest(i, lackOf(p));
        }
        phaseIs(IFederatedLedger.Phase.Attesting);
        vm.warp(ledger.roundRecord(roundId).attestationDeadline + 1);
        vm.expectEmit();
        emit IFederatedLedger.PublicationFailed(
            roundId, Expected.hash(p), 1, IFederatedLedger.FailureReason.Deadline
        );
        ledger.expirePublication(roundId);
    }

    function test_attest_startsAnewWithTheNextAttempt() public {
        IFederatedLedger.Publication memory p = publish(0, first(4), "");
        attest(0, lackOf(p));
        vm.warp(ledger.roundRecord(roundId).attestationDeadline + 1);
        ledger.expirePublication(roundId);
        p = publish(1, first(4), "");
        attest(0, lackOf(p));
        attest(0, p, true);
        attest(1, p, true);
        phaseIs(IFederatedLedger.Phase.Final);
    }

    function test_attest_failsIfThePartsDoNotFitTheFinding() public {
        IFederatedLedger.Publication memory p = publish(0, first(4), "");
        IFederatedLedger.Attestation memory a = lackOf(p);
        a.lacking = 0;
        refuseFinding(a);
        a = lackOf(p);
        a.model = p.model;
        refuseFinding(a);
        a = lackOf(p);
        a.state = p.state;
        refuseFinding(a);
        a = attestationOf(p, true);
        a.lacking = keccak256("lacking");
        refuseFinding(a);
        a = attestationOf(p, false);
        a.lacking = keccak256("lacking");
        refuseFinding(a);
        a = attestationOf(p, true);
        a.finding = IFederatedLedger.Finding.None;
        refuseFinding(a);
    }

    // --------------------------------------------------------------------------------------------- several words

    function test_publish_decidesOverSeveralWords() public {
        found(2, 0, 0);
        admit(300);
        roundId = open();
        commit(255);
        commit(256);
        commit(299);
        vm.warp(START + COMMIT_SECONDS + 1);
        closeCommits();
        uint256[] memory accepted = new uint256[](2);
        (accepted[0], accepted[1]) = (1 << 255, 1);
        IFederatedLedger.Publication memory p = publicationOf(accepted, hex"012b0a");
        bytes memory signature = sign(AGGREGATOR_KEY, p);
        ledger.publish(p, accepted, hex"012b0a", signature);
        phaseIs(IFederatedLedger.Phase.Final);
    }

    // ---------------------------------------------------------------------------------------------------- helpers

    function nextRoundWithOneAttempt() private {
        vm.warp(ledger.roundRecord(roundId).publicationDeadline + 1);
        ledger.abortRound(roundId, IFederatedLedger.AbortReason.Deadline);
        IFederatedLedger.RoundOpening memory o = opening();
        o.attempts = 1;
        roundId = open(o);
        commitAll(MEMBERS - 1);
        vm.warp(block.timestamp + COMMIT_SECONDS + 1);
        closeCommits();
    }

    function refuseAbort(IFederatedLedger.AbortReason reason, IFederatedLedger.Phase phase) private {
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.InvalidAbortReason.selector, reason, phase));
        ledger.abortRound(roundId, reason);
    }

    function alreadyAttested(uint256 i, IFederatedLedger.Publication memory p) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IFederatedLedger.AlreadyAttested.selector, verifier(i), Expected.hash(p));
    }

    function refuseFinding(IFederatedLedger.Attestation memory a) private {
        refuseAttestation(
            0,
            a,
            abi.encodeWithSelector(
                IFederatedLedger.InvalidFinding.selector, a.finding, a.model, a.state, a.lacking
            )
        );
    }

    function toPublishing() private {
        admit(MEMBERS);
        roundId = open();
        commitAll(MEMBERS - 1);
        vm.warp(START + COMMIT_SECONDS + 1);
        closeCommits();
    }

    function failFirst() private {
        IFederatedLedger.Publication memory p = publish(0, first(4), "");
        attest(0, p, false);
        attest(1, p, false);
    }

    function proposeAbort(uint256[] memory accepted, bytes memory rejected)
        private
        returns (IFederatedLedger.Publication memory p)
    {
        p = withoutResult(publicationOf(accepted, rejected));
        ledger.publish(p, accepted, rejected, sign(AGGREGATOR_KEY, p));
    }

    function bits(uint256 word) private pure returns (uint256[] memory bitmap) {
        bitmap = new uint256[](1);
        bitmap[0] = word;
    }

    function refuse(
        IFederatedLedger.Publication memory p,
        uint256[] memory accepted,
        bytes memory rejected,
        uint256 key,
        bytes memory refusal
    ) private {
        bytes memory signature = sign(key, p);
        vm.expectRevert(refusal);
        ledger.publish(p, accepted, rejected, signature);
    }

    function refuseDecisions(uint256[] memory accepted, bytes memory rejected, bytes memory refusal) private {
        refuse(publicationOf(accepted, rejected), accepted, rejected, AGGREGATOR_KEY, refusal);
    }

    function refuseResult(IFederatedLedger.Publication memory p) private {
        refuse(
            p,
            first(4),
            "",
            AGGREGATOR_KEY,
            abi.encodeWithSelector(
                IFederatedLedger.InvalidResult.selector, p.model, p.modelSize, p.state, p.stateSize
            )
        );
    }

    function refuseAttestation(uint256 i, IFederatedLedger.Attestation memory a, bytes memory refusal) private {
        bytes memory signature = sign(VERIFIER_KEY + i, a);
        vm.expectRevert(refusal);
        ledger.attest(a, verifier(i), signature);
    }
}
