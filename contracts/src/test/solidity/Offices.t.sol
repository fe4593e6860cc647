// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";

import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";
import {LedgerTest} from "./LedgerTest.sol";

/// @notice The founding, and who holds which office from when.
contract OfficesTest is LedgerTest {
    address private constant NEWCOMER = address(0xBEEF);
    bytes[] private none;

    // --------------------------------------------------------------------------------------------- the founding

    function test_constructor_recordsEverything() public {
        IFederatedLedger.Setup memory setup = setupOf(3, 2, 3);
        vm.expectEmit();
        emit IFederatedLedger.FederationCreated(
            FEDERATION, keccak256("spec"), MODEL, 1000, STATE, 100, 3, 2
        );
        vm.expectEmit();
        emit IAccessControl.RoleGranted(keccak256("COORDINATOR"), coordinator, address(this));
        vm.expectEmit();
        emit IFederatedLedger.CoordinatorChanged(address(0), coordinator, 1);
        vm.expectEmit();
        emit IFederatedLedger.AggregatorAdded(aggregator(0), 1);
        vm.expectEmit();
        emit IFederatedLedger.VerifierAdded(verifier(0), 1);
        vm.expectEmit();
        emit IFederatedLedger.AuditorGranted(address(0xA0D1));
        ledger = deploy(setup);

        same(ledger.federationId(), FEDERATION, "federation id");
        same(ledger.specDigest(), keccak256("spec"), "spec");
        same(ledger.initialModel(), MODEL, "model");
        same(ledger.initialState(), STATE, "state");
        same(ledger.quorum(), 3, "quorum");
        same(ledger.attestationThreshold(), 2, "threshold");
        IFederatedLedger.FederationRecord memory record = ledger.federation();
        same(record.round, 0, "round");
        same(record.version, 0, "version");
        same(record.model, MODEL, "head");
        same(record.state, STATE, "head's state");
        same(record.coordinator, coordinator, "coordinator");
        same(record.verifiers, 3, "verifiers");
        same(record.aggregators, 3, "aggregators");
        check(ledger.hasRole(ledger.COORDINATOR(), coordinator), "coordinator's role");
        check(ledger.hasRole(ledger.AUDITOR(), address(0xA0D1)), "auditor's role");
        check(!ledger.hasRole(ledger.DEFAULT_ADMIN_ROLE(), coordinator), "nobody is admin");
    }

    function test_constructor_takesRuleWithoutState() public {
        IFederatedLedger.Setup memory setup = setupOf(1, 0, 0);
        (setup.state, setup.stateSize) = (0, 0);
        same(deploy(setup).initialState(), 0, "state");
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
            verifiers == 0 ? threshold <= 1 : threshold <= verifiers && threshold > verifiers - threshold;
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
        check(ledger.hasRole(ledger.AUDITOR(), NEWCOMER), "granted");
        vm.expectEmit();
        emit IFederatedLedger.AuditorRevoked(NEWCOMER);
        vm.prank(coordinator);
        ledger.revokeAuditor(NEWCOMER);
        check(!ledger.hasRole(ledger.AUDITOR(), NEWCOMER), "revoked");
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

    function test_roles_changeByNoGenericPath() public {
        found(1, 0, 0);
        bytes32[3] memory roles = [ledger.COORDINATOR(), ledger.AUDITOR(), ledger.DEFAULT_ADMIN_ROLE()];
        for (uint256 i = 0; i < 3; i++) {
            bytes memory fixedRole = abi.encodeWithSelector(IFederatedLedger.RolesAreFixed.selector, roles[i]);
            vm.prank(coordinator);
            vm.expectRevert(fixedRole);
            ledger.grantRole(roles[i], NEWCOMER);
            vm.prank(coordinator);
            vm.expectRevert(fixedRole);
            ledger.revokeRole(roles[i], coordinator);
            vm.prank(coordinator);
            vm.expectRevert(fixedRole);
            ledger.renounceRole(roles[i], coordinator);
        }
        check(ledger.hasRole(roles[0], coordinator), "still coordinator");
    }

    // -------------------------------------------------------------------------------------------- without verifiers

    function test_offices_areTheCoordinatorsWithoutVerifiers() public {
        found(1, 1, 0);
        vm.expectEmit();
        emit IFederatedLedger.AggregatorAdded(NEWCOMER, 1);
        vm.prank(coordinator);
        ledger.addAggregator(NEWCOMER, none);
        same(ledger.aggregatorTerm(NEWCOMER).from, 1, "from");
        vm.expectEmit();
        emit IFederatedLedger.AggregatorRemoved(NEWCOMER, 1);
        vm.prank(coordinator);
        ledger.removeAggregator(NEWCOMER, none);
        same(ledger.aggregatorTerm(NEWCOMER).until, 1, "until");
        vm.expectEmit();
        emit IFederatedLedger.VerifierAdded(verifier(0), 1);
        vm.prank(coordinator);
        ledger.addVerifier(verifier(0), none);
        same(ledger.federation().verifiers, 1, "verifiers");
    }

    function test_offices_failIfSenderIsNotCoordinatorWithoutVerifiers() public {
        found(1, 0, 0);
        bytes memory refused = notCoordinator(stranger);
        vm.prank(stranger);
        vm.expectRevert(refused);
        ledger.addAggregator(NEWCOMER, none);
        vm.prank(stranger);
        vm.expectRevert(refused);
        ledger.removeAggregator(aggregator(0), none);
        vm.prank(stranger);
        vm.expectRevert(refused);
        ledger.addVerifier(NEWCOMER, none);
        vm.prank(stranger);
        vm.expectRevert(refused);
        ledger.changeCoordinator(stranger, none);
        vm.prank(stranger);
        vm.expectRevert(refused);
        ledger.closeFederation(none);
    }

    function test_offices_failIfSignaturesComeWithoutVerifiers() public {
        found(1, 0, 0);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.WrongSignatureCount.selector, 1, 0));
        ledger.addAggregator(NEWCOMER, new bytes[](1));
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
        ledger.raiseBudget(NEWCOMER, 1);
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
            0, IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER, signatures
        );
        vm.expectEmit();
        emit IFederatedLedger.AggregatorAdded(NEWCOMER, 1);
        vm.prank(stranger);
        ledger.addAggregator(NEWCOMER, signatures);
        same(ledger.federation().governanceNonce, 1, "nonce");

        signatures = approve(2, IFederatedLedger.GovernanceKind.RemoveVerifier, verifier(2));
        ledger.removeVerifier(verifier(2), signatures);
        same(ledger.federation().verifiers, 2, "verifiers");
        signatures = approve(2, IFederatedLedger.GovernanceKind.AddVerifier, NEWCOMER);
        ledger.addVerifier(NEWCOMER, signatures);
        same(ledger.federation().verifiers, 3, "verifiers");
        signatures = approve(2, IFederatedLedger.GovernanceKind.RemoveAggregator, aggregator(0));
        ledger.removeAggregator(aggregator(0), signatures);
        same(ledger.federation().aggregators, 3, "aggregators");
    }

    function test_offices_failIfTheCoordinatorComesAlone() public {
        found(1, 2, 3);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.WrongSignatureCount.selector, 0, 2));
        ledger.addAggregator(NEWCOMER, none);
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
        ledger.addAggregator(NEWCOMER, signatures);
    }

    function test_offices_failIfSignersDescend() public {
        found(1, 2, 3);
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER);
        (signatures[0], signatures[1]) = (signatures[1], signatures[0]);
        (address low, address high) =
            verifier(0) < verifier(1) ? (verifier(0), verifier(1)) : (verifier(1), verifier(0));
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.SignersNotAscending.selector, high, low));
        ledger.addAggregator(NEWCOMER, signatures);
    }

    function test_offices_failIfConsentIsForAnotherKindAccountOrNonce() public {
        found(1, 2, 3);
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.AddVerifier, NEWCOMER);
        vm.expectRevert();
        ledger.addAggregator(NEWCOMER, signatures);
        signatures = approve(2, IFederatedLedger.GovernanceKind.AddAggregator, stranger);
        vm.expectRevert();
        ledger.addAggregator(NEWCOMER, signatures);
        signatures = approve(2, IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER);
        ledger.addAggregator(NEWCOMER, signatures);
        bytes[] memory removal = approve(2, IFederatedLedger.GovernanceKind.RemoveAggregator, NEWCOMER);
        ledger.removeAggregator(NEWCOMER, removal);
        vm.expectRevert();
        ledger.addAggregator(NEWCOMER, signatures);
    }

    function test_offices_failIfSignerIsNoVerifier() public {
        found(1, 2, 3);
        uint256[] memory keys = new uint256[](2);
        (keys[0], keys[1]) = (STRANGER_KEY, STRANGER_KEY + 1);
        bytes[] memory signatures = approve(keys, IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER);
        vm.expectRevert(
            abi.encodeWithSelector(IFederatedLedger.NotVerifierOfRound.selector, vm.addr(keys[0]), 1)
        );
        ledger.addAggregator(NEWCOMER, signatures);
    }

    function test_offices_failIfSomebodyIsThereOrNotThere() public {
        found(1, 0, 0);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.AlreadyInOffice.selector, aggregator(0)));
        ledger.addAggregator(aggregator(0), none);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.NotInOffice.selector, NEWCOMER));
        ledger.removeAggregator(NEWCOMER, none);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.ZeroAddress.selector));
        ledger.addAggregator(address(0), none);
    }

    function test_addVerifier_failsIfThresholdIsNoMajorityThen() public {
        found(1, 2, 3);
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.AddVerifier, NEWCOMER);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.InvalidThreshold.selector, 2, 4));
        ledger.addVerifier(NEWCOMER, signatures);
    }

    function test_removeVerifier_failsIfThresholdIsBeyondReachThen() public {
        found(1, 2, 2);
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.RemoveVerifier, verifier(1));
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.InvalidThreshold.selector, 2, 1));
        ledger.removeVerifier(verifier(1), signatures);
    }

    function test_removeVerifier_failsIfItIsTheLast() public {
        found(1, 1, 1);
        bytes[] memory signatures = approve(1, IFederatedLedger.GovernanceKind.RemoveVerifier, verifier(0));
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.InvalidThreshold.selector, 1, 0));
        ledger.removeVerifier(verifier(0), signatures);
    }

    function test_removeAggregator_countsFromTheNextRound() public {
        found(1, 0, 0);
        admit(1);
        open();
        vm.prank(coordinator);
        ledger.removeAggregator(aggregator(0), none);
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
        ledger.removeAggregator(aggregator(0), none);
        vm.prank(coordinator);
        ledger.addAggregator(aggregator(0), none);
        same(ledger.aggregatorTerm(aggregator(0)).from, 1, "from");
        same(ledger.aggregatorTerm(aggregator(0)).until, 0, "until");
    }

    // ----------------------------------------------------------------------------------------------- coordinator

    function test_changeCoordinator_countsAtOnceIfNoRoundIsOpen() public {
        found(1, 2, 3);
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.ChangeCoordinator, NEWCOMER);
        vm.expectEmit();
        emit IFederatedLedger.CoordinatorChanged(coordinator, NEWCOMER, 1);
        ledger.changeCoordinator(NEWCOMER, signatures);
        same(ledger.federation().coordinator, NEWCOMER, "coordinator");
        vm.prank(NEWCOMER);
        ledger.admit(participant(0), 1);
        vm.prank(coordinator);
        vm.expectRevert(notCoordinator(coordinator));
        ledger.admit(participant(1), 1);
    }

    function test_changeCoordinator_waitsForTheEndOfAnOpenRound() public {
        found(1, 0, 0);
        admit(1);
        bytes32 roundId = open();
        vm.prank(coordinator);
        ledger.changeCoordinator(NEWCOMER, none);
        same(ledger.federation().pendingCoordinator, NEWCOMER, "pending");
        vm.prank(NEWCOMER);
        vm.expectRevert(notCoordinator(NEWCOMER));
        ledger.abortRound(roundId, IFederatedLedger.AbortReason.Coordinator);
        vm.prank(coordinator);
        ledger.abortRound(roundId, IFederatedLedger.AbortReason.Coordinator);
        same(ledger.federation().coordinator, NEWCOMER, "coordinator");
        same(ledger.federation().pendingCoordinator, address(0), "pending");
        IFederatedLedger.RoundOpening memory o = opening();
        vm.prank(NEWCOMER);
        ledger.openRound(o);
    }

    function test_changeCoordinator_failsIfZeroOrTheSame() public {
        found(1, 0, 0);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.ZeroAddress.selector));
        ledger.changeCoordinator(address(0), none);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.AlreadyInOffice.selector, coordinator));
        ledger.changeCoordinator(coordinator, none);
    }

    // --------------------------------------------------------------------------------------------------- closing

    function test_closeFederation_endsEverything() public {
        found(1, 2, 3);
        admit(1);
        bytes[] memory signatures = approve(2, IFederatedLedger.GovernanceKind.CloseFederation, address(0));
        bytes[] memory later = approve(2, IFederatedLedger.GovernanceKind.AddAggregator, NEWCOMER);
        vm.expectEmit();
        emit IFederatedLedger.FederationClosed(0, 0);
        vm.prank(coordinator);
        ledger.closeFederation(signatures);
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
        vm.prank(coordinator);
        vm.expectRevert(closed);
        ledger.rotateKey(participant(0), NEWCOMER);
        vm.prank(coordinator);
        vm.expectRevert(closed);
        ledger.raiseBudget(participant(0), 1);
        vm.prank(coordinator);
        vm.expectRevert(closed);
        ledger.grantAuditor(NEWCOMER);
        vm.prank(coordinator);
        vm.expectRevert(closed);
        ledger.revokeAuditor(address(0xA0D1));
        vm.expectRevert(closed);
        ledger.addAggregator(NEWCOMER, later);
        vm.prank(coordinator);
        vm.expectRevert(closed);
        ledger.closeFederation(signatures);
    }

    function test_closeFederation_failsIfVerifiersDoNotSign() public {
        found(1, 2, 3);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.WrongSignatureCount.selector, 0, 2));
        ledger.closeFederation(none);
    }

    function test_closeFederation_failsIfARoundIsOpen() public {
        found(1, 0, 0);
        admit(1);
        bytes32 roundId = open();
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.RoundIsOpen.selector, roundId));
        ledger.closeFederation(none);
    }

    // --------------------------------------------------------------------------------------------------- helpers

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

    function notCoordinator(address account) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IAccessControl.AccessControlUnauthorizedAccount.selector, account, keccak256("COORDINATOR")
        );
    }
}
