// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";
import {LedgerTest} from "./LedgerTest.sol";

/// @notice The founding, and who holds which office from when.
contract OfficesTest is LedgerTest {
    address private constant NEWCOMER = address(0xBEEF);
    bytes[] private none;

    // --------------------------------------------------------------------------------------------- the founding

    function test_constructor_takesRuleWithoutState() public {
        IFederatedLedger.Setup memory setup = setupOf(1, 0, 0);
        (setup.state, setup.stateSize) = (0, 0);
        ledger = deploy(setup);
        versionIs(0, MODEL, 0);
    }

    function test_constructor_failsIfFederationIdIsZero() public {
        IFederatedLedger.Setup memory setup = setupOf(1, 0, 0);
        setup.federationId = 0;
        founding(setup, abi.encodeWithSelector(IFederatedLedger.ZeroFederationId.selector));
    }

    function test_constructor_failsIfSpecOrModelIsZero() public {
        IFederatedLedger.Setup memory setup = setupOf(1, 0, 0);
        setup.specDigest = 0;
        founding(setup, abi.encodeWithSelector(IFederatedLedger.ZeroDigest.selector));
        setup = setupOf(1, 0, 0);
        setup.model = 0;
        founding(setup, abi.encodeWithSelector(IFederatedLedger.ZeroDigest.selector));
    }

    function test_constructor_failsIfRecoveryIsAtOnce() public {
        IFederatedLedger.Setup memory setup = setupOf(1, 0, 0);
        setup.recoverySeconds = 0;
        founding(setup, abi.encodeWithSelector(IFederatedLedger.InvalidWindow.selector, 0));
    }

    function test_constructor_failsIfModelIsEmpty() public {
        IFederatedLedger.Setup memory setup = setupOf(1, 0, 0);
        setup.modelSize = 0;
        founding(setup, abi.encodeWithSelector(IFederatedLedger.ZeroSize.selector));
    }

    function test_constructor_failsIfStateAndSizeDisagree() public {
        IFederatedLedger.Setup memory setup = setupOf(1, 0, 0);
        setup.stateSize = 0;
        founding(setup, abi.encodeWithSelector(IFederatedLedger.StateSizeMismatch.selector, STATE, 0));
        setup = setupOf(1, 0, 0);
        setup.state = 0;
        founding(setup, abi.encodeWithSelector(IFederatedLedger.StateSizeMismatch.selector, bytes32(0), 100));
    }

    function test_constructor_failsIfQuorumIsZeroOrBeyondAllMembers() public {
        founding(setupOf(0, 0, 0), abi.encodeWithSelector(IFederatedLedger.InvalidQuorum.selector, 0));
        founding(setupOf(4097, 0, 0), abi.encodeWithSelector(IFederatedLedger.InvalidQuorum.selector, 4097));
    }

    function test_constructor_takesExactlyTheMajorities(uint8 threshold, uint8 verifiers) public {
        verifiers = verifiers % 8;
        threshold = threshold % 10;
        bool valid =
            verifiers == 0 ? threshold == 0 : threshold <= verifiers && threshold > verifiers - threshold;
        IFederatedLedger.Setup memory setup = setupOf(1, threshold, verifiers);
        if (valid) {
            deploy(setup);
        } else {
            founding(
                setup, abi.encodeWithSelector(IFederatedLedger.InvalidThreshold.selector, threshold, verifiers)
            );
        }
    }

    function test_constructor_failsIfSomebodyIsZeroOrTwiceThere() public {
        IFederatedLedger.Setup memory setup = setupOf(1, 2, 3);
        setup.coordinator = address(0);
        founding(setup, abi.encodeWithSelector(IFederatedLedger.ZeroAddress.selector));
        setup = setupOf(1, 2, 3);
        setup.aggregators[1] = address(0);
        founding(setup, abi.encodeWithSelector(IFederatedLedger.ZeroAddress.selector));
        setup = setupOf(1, 2, 3);
        setup.aggregators[1] = setup.aggregators[0];
        founding(setup, abi.encodeWithSelector(IFederatedLedger.AlreadyInOffice.selector, aggregator(0)));
        setup = setupOf(1, 2, 3);
        setup.verifiers[2] = setup.verifiers[1];
        founding(setup, abi.encodeWithSelector(IFederatedLedger.AlreadyInOffice.selector, verifier(1)));
        setup = setupOf(1, 2, 3);
        setup.auditors = new address[](2);
        (setup.auditors[0], setup.auditors[1]) = (NEWCOMER, NEWCOMER);
        founding(setup, abi.encodeWithSelector(IFederatedLedger.AlreadyInOffice.selector, NEWCOMER));
    }

    function test_constructor_failsIfThereAreMoreThan64OfAKind() public {
        IFederatedLedger.Setup memory setup = setupOf(1, 33, 65);
        founding(setup, abi.encodeWithSelector(IFederatedLedger.TooManyAccounts.selector, 65, 64));
        setup = setupOf(1, 0, 0);
        setup.aggregators = many(65);
        founding(setup, abi.encodeWithSelector(IFederatedLedger.TooManyAccounts.selector, 65, 64));
        setup = setupOf(1, 0, 0);
        setup.auditors = many(65);
        founding(setup, abi.encodeWithSelector(IFederatedLedger.TooManyAccounts.selector, 65, 64));
    }

    // -------------------------------------------------------------------------------------------------- auditors

    function test_auditor_isGrantedAndRevokedByCoordinator() public {
        found(1, 2, 3);
        vm.expectEmit();
        emit IFederatedLedger.AuditorGranted(NEWCOMER);
        vm.prank(coordinator);
        ledger.grantAuditor(NEWCOMER);
        check(ledger.isAuditor(NEWCOMER), "granted");
        vm.expectEmit();
        emit IFederatedLedger.AuditorRevoked(NEWCOMER);
        vm.prank(coordinator);
        ledger.revokeAuditor(NEWCOMER);
        check(!ledger.isAuditor(NEWCOMER), "revoked");
    }

    function test_auditor_failsIfAlreadyOrNeverGranted() public {
        found(1, 2, 3);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.AlreadyInOffice.selector, address(0xA0D1)));
        ledger.grantAuditor(address(0xA0D1));
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.NotInOffice.selector, NEWCOMER));
        ledger.revokeAuditor(NEWCOMER);
    }

    // -------------------------------------------------------------------------------------------- without verifiers

    function test_offices_areTheCoordinatorsWithoutVerifiers() public {
        found(1, 0, 0);
        vm.expectEmit();
        emit IFederatedLedger.GovernanceApproved(
            0, IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER, 0, none
        );
        vm.expectEmit();
        emit IFederatedLedger.AggregatorAdded(NEWCOMER, 1);
        vm.prank(coordinator);
        ledger.govern(IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER, 0, none);
        same(ledger.aggregatorTerm(NEWCOMER).from, 1, "from");
        vm.expectEmit();
        emit IFederatedLedger.AggregatorRemoved(NEWCOMER, 1);
        vm.prank(coordinator);
        ledger.govern(IFederatedLedger.GovernanceKind.RemoveAggregator, NEWCOMER, 0, none);
        same(ledger.aggregatorTerm(NEWCOMER).until, 1, "until");
        vm.expectEmit();
        emit IFederatedLedger.VerifierAdded(verifier(0), 1);
        vm.prank(coordinator);
        ledger.govern(IFederatedLedger.GovernanceKind.AddVerifier, verifier(0), 1, none);
        same(ledger.federation().verifiers, 1, "verifiers");
    }

    function test_offices_failIfSenderIsNotCoordinatorWithoutVerifiers() public {
        found(1, 0, 0);
        bytes memory refused = notCoordinator(stranger);
        vm.prank(stranger);
        vm.expectRevert(refused);
        ledger.govern(IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER, 0, none);
        vm.prank(stranger);
        vm.expectRevert(refused);
        ledger.govern(IFederatedLedger.GovernanceKind.RemoveAggregator, aggregator(0), 0, none);
        vm.prank(stranger);
        vm.expectRevert(refused);
        ledger.govern(IFederatedLedger.GovernanceKind.AddVerifier, NEWCOMER, 0, none);
        vm.prank(stranger);
        vm.expectRevert(refused);
        ledger.govern(IFederatedLedger.GovernanceKind.ChangeCoordinator, stranger, 0, none);
        vm.prank(stranger);
        vm.expectRevert(refused);
        ledger.govern(IFederatedLedger.GovernanceKind.CloseFederation, address(0), 0, none);
    }

    function test_offices_failIfSignaturesComeWithoutVerifiers() public {
        found(1, 0, 0);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.WrongSignatureCount.selector, 1, 0));
        ledger.govern(IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER, 0, new bytes[](1));
    }

    function test_coordinator_failsIfOpeningOrAdmittingIsTriedByOthers() public {
        found(1, 0, 0);
        bytes memory refused = notCoordinator(stranger);
        IFederatedLedger.RoundOpening memory o = opening();
        vm.prank(stranger);
        vm.expectRevert(refused);
        ledger.openRound(o);
        vm.prank(stranger);
        vm.expectRevert(refused);
        ledger.admit(NEWCOMER, 1);
        vm.prank(stranger);
        vm.expectRevert(refused);
        ledger.suspend(NEWCOMER);
        vm.prank(stranger);
        vm.expectRevert(refused);
        ledger.requestRecovery(NEWCOMER, stranger);
        vm.prank(stranger);
        vm.expectRevert(refused);
        ledger.vetoClaim();
        vm.prank(stranger);
        vm.expectRevert(refused);
        ledger.grantAuditor(NEWCOMER);
        vm.prank(stranger);
        vm.expectRevert(refused);
        ledger.revokeAuditor(address(0xA0D1));
    }

    // ----------------------------------------------------------------------------------------------- with verifiers

    function test_offices_areTheVerifiersWithVerifiers() public {
        found(1, 2, 3);
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER);
        vm.expectEmit();
        emit IFederatedLedger.GovernanceApproved(
            0, IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER, 0, signatures
        );
        vm.expectEmit();
        emit IFederatedLedger.AggregatorAdded(NEWCOMER, 1);
        vm.prank(stranger);
        ledger.govern(IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER, 0, signatures);
        same(ledger.federation().governanceNonce, 1, "nonce");

        signatures = approve(2, IFederatedLedger.GovernanceKind.RemoveVerifier, verifier(2));
        ledger.govern(IFederatedLedger.GovernanceKind.RemoveVerifier, verifier(2), 0, signatures);
        same(ledger.federation().verifiers, 2, "verifiers");
        signatures = approve(2, IFederatedLedger.GovernanceKind.AddVerifier, NEWCOMER);
        ledger.govern(IFederatedLedger.GovernanceKind.AddVerifier, NEWCOMER, 0, signatures);
        same(ledger.federation().verifiers, 3, "verifiers");
        signatures = approve(2, IFederatedLedger.GovernanceKind.RemoveAggregator, aggregator(0));
        ledger.govern(IFederatedLedger.GovernanceKind.RemoveAggregator, aggregator(0), 0, signatures);
        same(ledger.aggregatorTerm(aggregator(0)).until, 1, "until");
    }

    function test_offices_failIfTheCoordinatorComesAlone() public {
        found(1, 2, 3);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.WrongSignatureCount.selector, 0, 2));
        ledger.govern(IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER, 0, none);
    }

    function test_offices_failIfOneVerifierSignsTwice() public {
        found(1, 2, 3);
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER);
        signatures[1] = signatures[0];
        uint256 lower = verifier(0) < verifier(1) ? 0 : 1;
        vm.expectRevert(
            abi.encodeWithSelector(
                IFederatedLedger.SignersNotAscending.selector, verifier(lower), verifier(lower)
            )
        );
        ledger.govern(IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER, 0, signatures);
    }

    function test_offices_failIfSignersDescend() public {
        found(1, 2, 3);
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER);
        (signatures[0], signatures[1]) = (signatures[1], signatures[0]);
        (address low, address high) =
            verifier(0) < verifier(1) ? (verifier(0), verifier(1)) : (verifier(1), verifier(0));
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.SignersNotAscending.selector, high, low));
        ledger.govern(IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER, 0, signatures);
    }

    function test_offices_failIfConsentIsForAnotherKindAccountOrNonce() public {
        found(1, 2, 3);
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.AddVerifier, NEWCOMER);
        vm.expectRevert();
        ledger.govern(IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER, 0, signatures);
        signatures = approve(2, IFederatedLedger.GovernanceKind.AddAggregator, stranger);
        vm.expectRevert();
        ledger.govern(IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER, 0, signatures);
        signatures = approve(2, IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER);
        ledger.govern(IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER, 0, signatures);
        bytes[] memory removal = approve(2, IFederatedLedger.GovernanceKind.RemoveAggregator, NEWCOMER);
        ledger.govern(IFederatedLedger.GovernanceKind.RemoveAggregator, NEWCOMER, 0, removal);
        vm.expectRevert();
        ledger.govern(IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER, 0, signatures);
    }

    function test_offices_failIfSignerIsNoVerifier() public {
        found(1, 2, 3);
        uint256[] memory keys = new uint256[](2);
        (keys[0], keys[1]) = (STRANGER_KEY, STRANGER_KEY + 1);
        bytes[] memory signatures = approve(keys, IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IFederatedLedger.NotVerifierOfRound.selector, vm.addr(keys[0]), 1)
        );
        ledger.govern(IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER, 0, signatures);
    }

    function test_offices_failIfSomebodyIsThereOrNotThere() public {
        found(1, 0, 0);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.AlreadyInOffice.selector, aggregator(0)));
        ledger.govern(IFederatedLedger.GovernanceKind.AddAggregator, aggregator(0), 0, none);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.NotInOffice.selector, NEWCOMER));
        ledger.govern(IFederatedLedger.GovernanceKind.RemoveAggregator, NEWCOMER, 0, none);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.ZeroAddress.selector));
        ledger.govern(IFederatedLedger.GovernanceKind.AddAggregator, address(0), 0, none);
    }

    function test_addVerifier_failsIfThresholdIsNoMajorityThen() public {
        found(1, 2, 3);
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.AddVerifier, NEWCOMER);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.InvalidThreshold.selector, 2, 4));
        ledger.govern(IFederatedLedger.GovernanceKind.AddVerifier, NEWCOMER, 0, signatures);
    }

    function test_removeVerifier_failsIfThresholdIsBeyondReachThen() public {
        found(1, 2, 2);
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.RemoveVerifier, verifier(1));
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.InvalidThreshold.selector, 2, 1));
        ledger.govern(IFederatedLedger.GovernanceKind.RemoveVerifier, verifier(1), 0, signatures);
    }

    function test_removeVerifier_failsIfItIsTheLast() public {
        found(1, 1, 1);
        bytes[] memory signatures = approve(1, IFederatedLedger.GovernanceKind.RemoveVerifier, verifier(0));
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.InvalidThreshold.selector, 1, 0));
        ledger.govern(IFederatedLedger.GovernanceKind.RemoveVerifier, verifier(0), 0, signatures);
    }

    function test_removeAggregator_countsFromTheNextRound() public {
        found(1, 0, 0);
        admit(1);
        open();
        vm.prank(coordinator);
        ledger.govern(IFederatedLedger.GovernanceKind.RemoveAggregator, aggregator(0), 0, none);
        commit(0);
        closeCommits();
        publish(0, first(1), "");
        phaseIs(IFederatedLedger.Phase.Final);
    }

    function test_addAggregator_leavesTheTermIfRemovalDidNotCountYet() public {
        found(1, 0, 0);
        admit(1);
        open();
        vm.prank(coordinator);
        ledger.govern(IFederatedLedger.GovernanceKind.RemoveAggregator, aggregator(0), 0, none);
        vm.prank(coordinator);
        ledger.govern(IFederatedLedger.GovernanceKind.AddAggregator, aggregator(0), 0, none);
        same(ledger.aggregatorTerm(aggregator(0)).from, 1, "from");
        same(ledger.aggregatorTerm(aggregator(0)).until, 0, "until");
    }

    // ----------------------------------------------------------------------------------------------- coordinator

    function test_changeCoordinator_countsAtOnceIfNoRoundIsOpen() public {
        found(1, 2, 3);
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.ChangeCoordinator, NEWCOMER);
        vm.expectEmit();
        emit IFederatedLedger.CoordinatorChanged(coordinator, NEWCOMER, 1);
        ledger.govern(IFederatedLedger.GovernanceKind.ChangeCoordinator, NEWCOMER, 0, signatures);
        same(ledger.federation().coordinator, NEWCOMER, "coordinator");
        vm.prank(NEWCOMER);
        ledger.admit(participant(0), 1);
        vm.prank(coordinator);
        vm.expectRevert(
            abi.encodeWithSelector(IFederatedLedger.NotCoordinator.selector, coordinator, NEWCOMER)
        );
        ledger.admit(participant(1), 1);
    }

    function test_changeCoordinator_countsAtOnceInAnOpenRound() public {
        found(1, 0, 0);
        admit(1);
        bytes32 roundId = open();
        vm.prank(coordinator);
        ledger.govern(IFederatedLedger.GovernanceKind.ChangeCoordinator, NEWCOMER, 0, none);
        same(ledger.federation().coordinator, NEWCOMER, "coordinator");
        vm.prank(coordinator);
        vm.expectRevert(
            abi.encodeWithSelector(IFederatedLedger.NotCoordinator.selector, coordinator, NEWCOMER)
        );
        ledger.abortRound(roundId, IFederatedLedger.AbortReason.Coordinator);
        vm.prank(NEWCOMER);
        ledger.abortRound(roundId, IFederatedLedger.AbortReason.Coordinator);
        IFederatedLedger.RoundOpening memory o = opening();
        vm.prank(NEWCOMER);
        ledger.openRound(o);
    }

    function test_changeCoordinator_failsIfZeroOrTheSame() public {
        found(1, 0, 0);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.ZeroAddress.selector));
        ledger.govern(IFederatedLedger.GovernanceKind.ChangeCoordinator, address(0), 0, none);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.AlreadyInOffice.selector, coordinator));
        ledger.govern(IFederatedLedger.GovernanceKind.ChangeCoordinator, coordinator, 0, none);
    }

    // ---------------------------------------------------------------------------------------------- a lost coordinator

    function test_claim_makesTheSuccessorCoordinatorAfterTheDelay() public {
        found(1, 0, 0);
        uint64 readyAt = uint64(START + RECOVERY_SECONDS);
        vm.expectEmit();
        emit IFederatedLedger.CoordinationClaimed(successor, readyAt);
        claim();
        vm.warp(readyAt);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.DeadlineNotPassed.selector, readyAt, readyAt));
        ledger.completeClaim();
        vm.warp(readyAt + 1);
        vm.expectEmit();
        emit IFederatedLedger.CoordinatorChanged(coordinator, successor, 1);
        vm.prank(stranger);
        ledger.completeClaim();
        same(ledger.federation().coordinator, successor, "coordinator");
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.NoClaimPending.selector));
        ledger.completeClaim();
    }

    function test_claim_isNotOverriddenByWhoLeavesInAnOpenRound() public {
        found(1, 0, 0);
        admit(1);
        claim();
        vm.warp(START + RECOVERY_SECONDS + 1);
        open();
        ledger.completeClaim();
        same(ledger.federation().coordinator, successor, "coordinator");
        vm.prank(coordinator);
        vm.expectRevert(
            abi.encodeWithSelector(IFederatedLedger.NotCoordinator.selector, coordinator, successor)
        );
        ledger.govern(IFederatedLedger.GovernanceKind.ChangeCoordinator, coordinator, 0, none);
        commit(0);
        closeCommits();
        publish(0, first(1), "");
        same(ledger.federation().coordinator, successor, "coordinator");
    }

    function test_claim_endsWithTheFirstVerifier() public {
        found(1, 0, 0);
        claim();
        govern(IFederatedLedger.GovernanceKind.AddVerifier, verifier(0), 1);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.NoClaimPending.selector));
        ledger.vetoClaim();
    }

    function test_claim_isVetoedByTheCoordinator() public {
        found(1, 0, 0);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.NoClaimPending.selector));
        ledger.vetoClaim();
        claim();
        vm.expectEmit();
        emit IFederatedLedger.CoordinationClaimVetoed(successor);
        vm.prank(coordinator);
        ledger.vetoClaim();
        vm.warp(START + RECOVERY_SECONDS + 1);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.NoClaimPending.selector));
        ledger.completeClaim();
        claim();
    }

    function test_claim_endsWithAnotherSuccessorOrCoordinator() public {
        found(1, 0, 0);
        claim();
        vm.prank(coordinator);
        vm.expectEmit();
        emit IFederatedLedger.SuccessorChanged(NEWCOMER);
        ledger.govern(IFederatedLedger.GovernanceKind.ChangeSuccessor, NEWCOMER, 0, none);
        vm.warp(START + RECOVERY_SECONDS + 1);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.NoClaimPending.selector));
        ledger.completeClaim();
        vm.prank(NEWCOMER);
        ledger.claimCoordination();
        govern(IFederatedLedger.GovernanceKind.ChangeCoordinator, stranger, 0);
        vm.warp(START + 2 * RECOVERY_SECONDS + 2);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.NoClaimPending.selector));
        ledger.completeClaim();
    }

    function test_claim_failsIfNotTheSuccessorsOrPending() public {
        found(1, 0, 0);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.NotSuccessor.selector, stranger, successor));
        ledger.claimCoordination();
        claim();
        vm.prank(successor);
        vm.expectRevert(
            abi.encodeWithSelector(IFederatedLedger.ClaimIsPending.selector, START + RECOVERY_SECONDS)
        );
        ledger.claimCoordination();
        govern(IFederatedLedger.GovernanceKind.ChangeCoordinator, successor, 0);
        vm.prank(successor);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.AlreadyInOffice.selector, successor));
        ledger.claimCoordination();
    }

    function test_claim_isForNobodyWithVerifiers() public {
        found(1, 2, 3);
        vm.prank(successor);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.OnlyWithoutVerifiers.selector));
        ledger.claimCoordination();
        found(1, 0, 0);
        claim();
        govern(IFederatedLedger.GovernanceKind.AddVerifier, verifier(0), 1);
        vm.warp(START + RECOVERY_SECONDS + 1);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.OnlyWithoutVerifiers.selector));
        ledger.completeClaim();
    }

    // --------------------------------------------------------------------------------------------- the threshold

    function test_threshold_comesWithAVerifierOrAlone() public {
        found(1, 2, 3);
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.AddVerifier, NEWCOMER, 3);
        vm.expectEmit();
        emit IFederatedLedger.GovernanceApproved(
            0, IFederatedLedger.GovernanceKind.AddVerifier, NEWCOMER, 3, signatures
        );
        vm.expectEmit();
        emit IFederatedLedger.VerifierAdded(NEWCOMER, 1);
        vm.expectEmit();
        emit IFederatedLedger.ThresholdChanged(3, 1);
        ledger.govern(IFederatedLedger.GovernanceKind.AddVerifier, NEWCOMER, 3, signatures);
        govern(3, IFederatedLedger.GovernanceKind.RemoveVerifier, NEWCOMER, 2);
        same(ledger.federation().attestationThreshold, 2, "threshold");
        govern(2, IFederatedLedger.GovernanceKind.ChangeThreshold, address(0), 3);
        same(ledger.federation().attestationThreshold, 3, "threshold");
    }

    function test_threshold_isARoundsOwnFromItsOpening() public {
        found(1, 2, 3);
        admit(1);
        open();
        govern(2, IFederatedLedger.GovernanceKind.ChangeThreshold, address(0), 3);
        commit(0);
        closeCommits();
        IFederatedLedger.Publication memory p = publish(0, first(1), "");
        attest(0, p, true);
        attest(1, p, true);
        phaseIs(IFederatedLedger.Phase.Final);
        open();
        commit(0);
        closeCommits();
        p = publish(0, first(1), "");
        attest(0, p, true);
        attest(1, p, true);
        phaseIs(IFederatedLedger.Phase.Attesting);
    }

    /// @dev M is more than half of N and at most N, whatever is asked for.
    function test_threshold_failsIfNoMajority(uint256 threshold) public {
        found(1, 2, 3);
        threshold = threshold % 3 == 0 ? threshold : threshold % 6;
        bytes[] memory signatures =
            approve(2, IFederatedLedger.GovernanceKind.ChangeThreshold, address(0), threshold);
        if (threshold != 2 && threshold != 3) {
            vm.expectRevert(
                abi.encodeWithSelector(IFederatedLedger.InvalidThreshold.selector, threshold, 3)
            );
        }
        ledger.govern(IFederatedLedger.GovernanceKind.ChangeThreshold, address(0), threshold, signatures);
    }

    function test_replaceVerifier_leavesTheirNumber() public {
        found(1, 2, 3);
        bytes[] memory signatures =
            approve(2, IFederatedLedger.GovernanceKind.ReplaceVerifier, verifier(1), uint160(NEWCOMER));
        vm.expectEmit();
        emit IFederatedLedger.VerifierRemoved(verifier(1), 1);
        vm.expectEmit();
        emit IFederatedLedger.VerifierAdded(NEWCOMER, 1);
        ledger.govern(
            IFederatedLedger.GovernanceKind.ReplaceVerifier, verifier(1), uint160(NEWCOMER), signatures
        );
        same(ledger.federation().verifiers, 3, "verifiers");
    }

    function test_govern_failsIfAccountOrValueIsNotOfTheKind() public {
        found(1, 0, 0);
        refuseChange(IFederatedLedger.GovernanceKind.None, address(0), 0);
        refuseChange(IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER, 1);
        refuseChange(IFederatedLedger.GovernanceKind.RemoveAggregator, NEWCOMER, 1);
        refuseChange(IFederatedLedger.GovernanceKind.ChangeCoordinator, NEWCOMER, 1);
        refuseChange(IFederatedLedger.GovernanceKind.ChangeThreshold, NEWCOMER, 1);
        refuseChange(IFederatedLedger.GovernanceKind.BuildOn, NEWCOMER, 0);
        refuseChange(IFederatedLedger.GovernanceKind.CloseFederation, NEWCOMER, 0);
        refuseChange(IFederatedLedger.GovernanceKind.CloseFederation, address(0), 1);
        refuseChange(IFederatedLedger.GovernanceKind.ChangeSuccessor, NEWCOMER, 1);
        found(1, 2, 3);
        uint256 wide = 1 << 160 | uint160(NEWCOMER);
        bytes[] memory signatures =
            approve(2, IFederatedLedger.GovernanceKind.ReplaceVerifier, verifier(0), wide);
        vm.expectRevert(
            abi.encodeWithSelector(
                IFederatedLedger.InvalidChange.selector,
                IFederatedLedger.GovernanceKind.ReplaceVerifier,
                verifier(0),
                wide
            )
        );
        ledger.govern(IFederatedLedger.GovernanceKind.ReplaceVerifier, verifier(0), wide, signatures);
    }

    function test_offices_failIfConsentIsForAnotherValue() public {
        found(1, 2, 3);
        bytes[] memory signatures =
            approve(2, IFederatedLedger.GovernanceKind.ChangeThreshold, address(0), 2);
        vm.expectRevert();
        ledger.govern(IFederatedLedger.GovernanceKind.ChangeThreshold, address(0), 3, signatures);
    }

    // --------------------------------------------------------------------------------------------------- closing

    function test_closeFederation_endsEverything() public {
        found(1, 2, 3);
        admit(1);
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.CloseFederation, address(0));
        bytes[] memory later = approve(2, IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER);
        vm.expectEmit();
        emit IFederatedLedger.FederationClosed(0, 0);
        vm.prank(stranger);
        ledger.govern(IFederatedLedger.GovernanceKind.CloseFederation, address(0), 0, signatures);
        check(ledger.federation().closed, "closed");

        bytes memory closed = abi.encodeWithSelector(IFederatedLedger.FederationIsClosed.selector);
        IFederatedLedger.RoundOpening memory o = opening();
        vm.prank(coordinator);
        vm.expectRevert(closed);
        ledger.openRound(o);
        vm.prank(coordinator);
        vm.expectRevert(closed);
        ledger.admit(NEWCOMER, 1);
        vm.prank(coordinator);
        vm.expectRevert(closed);
        ledger.suspend(participant(0));
        refuseAllOfParticipants(closed);
        vm.expectRevert(closed);
        ledger.claimCoordination();
        vm.expectRevert(closed);
        ledger.completeClaim();
        vm.prank(coordinator);
        vm.expectRevert(closed);
        ledger.vetoClaim();
        vm.prank(coordinator);
        vm.expectRevert(closed);
        ledger.grantAuditor(NEWCOMER);
        vm.prank(coordinator);
        vm.expectRevert(closed);
        ledger.revokeAuditor(address(0xA0D1));
        vm.expectRevert(closed);
        ledger.govern(IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER, 0, later);
        vm.prank(coordinator);
        vm.expectRevert(closed);
        ledger.govern(IFederatedLedger.GovernanceKind.CloseFederation, address(0), 0, signatures);
    }

    function test_closeFederation_failsIfVerifiersDoNotSign() public {
        found(1, 2, 3);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.WrongSignatureCount.selector, 0, 2));
        ledger.govern(IFederatedLedger.GovernanceKind.CloseFederation, address(0), 0, none);
    }

    function test_closeFederation_failsIfARoundIsOpen() public {
        found(1, 0, 0);
        admit(1);
        bytes32 roundId = open();
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.RoundIsOpen.selector, roundId));
        ledger.govern(IFederatedLedger.GovernanceKind.CloseFederation, address(0), 0, none);
    }

    // --------------------------------------------------------------------------------------------------- helpers

    function claim() private {
        vm.prank(successor);
        ledger.claimCoordination();
    }

    function refuseChange(IFederatedLedger.GovernanceKind kind, address account, uint256 value) private {
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.InvalidChange.selector, kind, account, value));
        ledger.govern(kind, account, value, none);
    }

    /// @notice What is a participant's to ask for, or about its key.
    function refuseAllOfParticipants(bytes memory refusal) private {
        vm.expectRevert(refusal);
        ledger.rotateKey(IFederatedLedger.KeyRotation(participant(0), NEWCOMER, 0), "");
        vm.expectRevert(refusal);
        ledger.raiseBudget(IFederatedLedger.BudgetRaise(participant(0), 1), "");
        vm.expectRevert(refusal);
        ledger.vetoRecovery(IFederatedLedger.RecoveryVeto(participant(0), NEWCOMER, 0), "");
        vm.expectRevert(refusal);
        ledger.completeRecovery(participant(0));
        vm.prank(coordinator);
        vm.expectRevert(refusal);
        ledger.requestRecovery(participant(0), NEWCOMER);
    }

    function founding(IFederatedLedger.Setup memory setup, bytes memory refusal) private {
        vm.expectRevert(refusal);
        deploy(setup);
    }

    function many(uint256 count) private pure returns (address[] memory accounts) {
        accounts = new address[](count);
        for (uint256 i = 0; i < count; i++) {
            accounts[i] = address(uint160(1000 + i));
        }
    }

    function notCoordinator(address account) private view returns (bytes memory) {
        return abi.encodeWithSelector(IFederatedLedger.NotCoordinator.selector, account, coordinator);
    }
}
