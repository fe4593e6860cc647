// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";
import {Expected} from "./Expected.sol";
import {LedgerTest} from "./LedgerTest.sol";

/// @notice Does anything anybody might do, in any order, and knows from a plain model of its own what must be taken
/// and what refused. A step on which ledger and model disagree reverts, which fails the run.
contract LedgerModel is LedgerTest {
    uint256 public constant PARTICIPANTS = 6;
    uint256 public constant OFFICERS = 5;
    uint32 public constant QUORUM = 2;
    uint64 private constant CAP = 50;

    struct Person {
        bool admitted;
        uint256 index;
        bool next;
        uint256 from;
        uint256 until;
        bool member;
        bool committed;
        bool mayCommit;
        uint256 nextKey;
        uint256 key;
        uint64 keyChanges;
        uint64 nextBudget;
        uint64 budget;
        uint64 spent;
    }

    struct Office {
        bool next;
        bool now;
        uint256 done;
        bool lacked;
    }

    Person[PARTICIPANTS] private people;
    Office[OFFICERS] private aggregators;
    Office[OFFICERS] private verifiers;
    uint256 private admitted;
    uint256 private members;
    uint256 private verifiersNext;
    uint256 private verifiersNow;
    uint256 private thresholdNext;
    uint256 private thresholdNow;
    address private boss = coordinator;
    bool private immutable verifiersRecover;
    uint256 private claimReadyAt;

    IFederatedLedger.Phase private phase;
    uint256 private rounds;
    bytes32 private roundId;
    bytes32 private formerRoundId;
    IFederatedLedger.RoundOpening private terms;
    uint8 private stage;
    uint256 private commitDeadline;
    uint256 private revealDeadline;
    uint256 private publicationDeadline;
    uint256 private attestationDeadline;
    uint256 private attempts;
    uint256 private matching;
    uint256 private differing;
    IFederatedLedger.Publication private candidate;
    IFederatedLedger.AbortReason private outcome;
    uint64 private version;
    uint256 private versionRound;
    uint64 private approved;
    bool private isApproved;
    uint256 private approvedIn;
    bytes32[] private models;
    bytes32[] private states;

    bytes32[] private endedRounds;
    bytes32[] private endedRecords;
    uint256 public finals;
    uint256 public aborts;

    /// @param count how many verifiers the federation is founded with
    constructor(uint256 count) {
        (verifiersNext, thresholdNext) = (count, count == 0 ? 0 : count / 2 + 1);
        verifiersRecover = count != 0;
        found(QUORUM, uint16(thresholdNext), count);
        models.push(MODEL);
        states.push(STATE);
        for (uint256 i = 0; i < 3; i++) {
            aggregators[i].next = true;
            verifiers[i].next = i < count;
        }
        for (uint256 i = 0; i < 3; i++) {
            enlist(i, 60);
        }
    }

    // ------------------------------------------------------------------------------------------------------ steps

    function passTime(uint16 time) external {
        vm.warp(block.timestamp + (time % 8 == 0 ? time % 1200 : time % 40));
    }

    /// @notice What honest parties would do next, lest steps at random never get far.
    function proceed(uint256 seed, bool all) external {
        if (phase == IFederatedLedger.Phase.Committing) {
            for (uint256 i = 0; i < PARTICIPANTS; i++) {
                if (all || (seed >> i) & 1 == 1) commitSomething(i, 2, uint64(seed), 0, 4);
            }
            closeTheCommits();
        } else if (phase == IFederatedLedger.Phase.Publishing) {
            for (uint256 i = 0; i < OFFICERS; i++) {
                if (mayPublish(i)) return publishSomething(i, seed, 0, 11, all ? 2 : 1);
            }
        } else if (phase == IFederatedLedger.Phase.Attesting) {
            for (uint256 i = 0; i < OFFICERS; i++) {
                attestSomething(i, all ? 0 : seed >> i, 4);
                if (phase != IFederatedLedger.Phase.Attesting) return;
            }
        } else {
            openNextRound(900, all ? 0 : seed, all ? 0 : seed >> 8);
        }
    }

    function admitSomebody(uint256 who, uint64 budget) external {
        uint256 i = who % PARTICIPANTS;
        enlist(i, people[i].admitted && budget % 4 != 0 ? people[i].nextBudget : budget % 200);
    }

    function suspendSomebody(uint256 who) external {
        Person storage person = people[who % PARTICIPANTS];
        bool allowed = person.next && who % 3 == 0;
        if (!allowed && person.next) return;
        vm.prank(boss);
        try ledger.suspend(participant(who % PARTICIPANTS)) {
            check(allowed, "suspended");
            person.next = false;
            person.until = rounds + 1;
            members--;
        } catch {
            check(!allowed, "not suspended");
        }
    }

    /// @notice A change of keys, signed by the newest key or by another.
    function rotateSomebodysKey(uint256 who, uint8 oddity) external {
        uint256 i = who % PARTICIPANTS;
        Person storage person = people[i];
        uint256 newKey = PARTICIPANT_KEY + 100 + who % 1000;
        IFederatedLedger.KeyRotation memory r =
            IFederatedLedger.KeyRotation(participant(i), vm.addr(newKey), person.keyChanges);
        if (oddity % 8 == 1) r.nonce++;
        uint256 key = oddity % 8 == 2 ? STRANGER_KEY : oddity % 8 == 3 ? 1 : person.nextKey;
        if (key == 0) key = PARTICIPANT_KEY + i;
        if (oddity % 8 == 4 && person.key != 0) key = person.key;
        bool allowed = person.admitted && r.nonce == person.keyChanges && key == person.nextKey
            && newKey != person.nextKey;
        try ledger.rotateKey(r, signHash(key, Expected.hash(r))) {
            check(allowed, "rotated");
            changedKey(person, newKey);
        } catch {
            check(!allowed, "not rotated");
        }
    }

    /// @notice A new key by the verifiers' consent, which may be for another key.
    function recoverSomebodysKey(uint256 who, uint8 oddity) external {
        uint256 i = who % PARTICIPANTS;
        Person storage person = people[i];
        uint256 newKey = PARTICIPANT_KEY + 2000 + who % 1000;
        uint256 value = uint160(vm.addr(newKey));
        IFederatedLedger.GovernanceKind kind = IFederatedLedger.GovernanceKind.RecoverKey;
        bytes[] memory signatures =
            approve(consenting(), kind, participant(i), oddity % 4 == 1 ? value + 1 : value);
        bool allowed = verifiersRecover && person.admitted && newKey != person.nextKey && oddity % 4 != 1;
        vm.prank(verifiersNext == 0 ? boss : stranger);
        try ledger.govern(kind, participant(i), value, signatures) {
            check(allowed, "recovered");
            changedKey(person, newKey);
        } catch {
            check(!allowed, "not recovered");
        }
    }

    /// @notice What is only for federations that were founded without verifiers.
    function requestSomebodysRecovery(uint256 who) external {
        Person storage person = people[who % PARTICIPANTS];
        bool allowed = !verifiersRecover && person.admitted;
        vm.prank(boss);
        try ledger.requestRecovery(participant(who % PARTICIPANTS), stranger) {
            check(allowed, "a recovery by the coordinator");
        } catch {
            check(!allowed, "no recovery by the coordinator");
        }
    }

    /// @notice Somebody claims the coordinator's office, or it is given away, or the claim vetoed.
    function goOnWithSuccession(uint256 step, bool early) external {
        bool alone = verifiersNext == 0;
        if (step % 3 == 0) {
            bool allowed = alone && claimReadyAt == 0 && boss != successor;
            vm.prank(successor);
            try ledger.claimCoordination() {
                check(allowed, "claimed");
                claimReadyAt = block.timestamp + RECOVERY_SECONDS;
            } catch {
                check(!allowed, "not claimed");
            }
        } else if (step % 3 == 1) {
            if (!early && claimReadyAt != 0) vm.warp(claimReadyAt + 1);
            bool allowed = alone && claimReadyAt != 0 && block.timestamp > claimReadyAt;
            vm.prank(stranger);
            try ledger.completeClaim() {
                check(allowed, "seated");
                (boss, claimReadyAt) = (successor, 0);
            } catch {
                check(!allowed, "not seated");
            }
        } else if (early) {
            bool allowed = claimReadyAt != 0;
            vm.prank(boss);
            try ledger.vetoClaim() {
                check(allowed, "vetoed");
                claimReadyAt = 0;
            } catch {
                check(!allowed, "not vetoed");
            }
        }
    }

    function raiseSomebodysBudget(uint256 who, uint64 budget, bool signed) public {
        uint256 i = who % PARTICIPANTS;
        Person storage person = people[i];
        IFederatedLedger.BudgetRaise memory b = IFederatedLedger.BudgetRaise(participant(i), budget % 300);
        uint256 key = signed && person.nextKey != 0 ? person.nextKey : STRANGER_KEY;
        bool allowed = person.admitted && b.budget > person.nextBudget && signed;
        try ledger.raiseBudget(b, signHash(key, Expected.hash(b))) {
            check(allowed, "raised");
            person.nextBudget = b.budget;
        } catch {
            check(!allowed, "not raised");
        }
    }

    /// @dev To spend a budget in the very round in which it is raised.
    function raiseAndSpend(uint256 who, uint64 weight) external {
        raiseSomebodysBudget(who, people[who % PARTICIPANTS].nextBudget + 1, true);
        commitSomething(who, 2, weight, 0, 5);
    }

    function changeAggregator(uint256 who) external {
        Office storage office = aggregators[who % OFFICERS];
        IFederatedLedger.GovernanceKind kind = office.next
            ? IFederatedLedger.GovernanceKind.RemoveAggregator
            : IFederatedLedger.GovernanceKind.AddAggregator;
        check(governed(kind, aggregator(who % OFFICERS), 0), "aggregator changed");
        office.next = !office.next;
    }

    /// @notice A verifier comes or goes, and maybe another threshold comes with it.
    function changeVerifier(uint256 who, uint256 threshold) external {
        Office storage office = verifiers[who % OFFICERS];
        threshold = threshold % 5;
        bool adding = !office.next;
        uint256 then = adding ? verifiersNext + 1 : verifiersNext - 1;
        uint256 needed = threshold == 0 ? thresholdNext : threshold;
        bool done = governed(
            adding ? IFederatedLedger.GovernanceKind.AddVerifier : IFederatedLedger.GovernanceKind.RemoveVerifier,
            verifier(who % OFFICERS),
            threshold
        );
        check(done == (then != 0 && isMajority(needed, then)), "verifier changed");
        if (!done) return;
        if (adding) claimReadyAt = 0;
        office.next = adding;
        (verifiersNext, thresholdNext) = (then, needed);
    }

    function replaceVerifier(uint256 who, uint256 by) external {
        Office storage old = verifiers[who % OFFICERS];
        Office storage other = verifiers[by % OFFICERS];
        bool allowed = old.next && (!other.next || who % OFFICERS == by % OFFICERS);
        bool done = governed(
            IFederatedLedger.GovernanceKind.ReplaceVerifier,
            verifier(who % OFFICERS),
            uint160(verifier(by % OFFICERS))
        );
        check(done == allowed, "verifier replaced");
        if (!done) return;
        old.next = false;
        other.next = true;
    }

    function changeThreshold(uint256 threshold) external {
        threshold = threshold % 6;
        bool done = governed(IFederatedLedger.GovernanceKind.ChangeThreshold, address(0), threshold);
        check(done == isMajority(threshold, verifiersNext), "threshold changed");
        if (done) thresholdNext = threshold;
    }

    function approveABase(uint256 base) external {
        base = base % (uint256(version) + 2);
        bool done = governed(IFederatedLedger.GovernanceKind.BuildOn, address(0), base);
        check(done == (base <= version), "base approved");
        if (done) (isApproved, approved, approvedIn) = (true, uint64(base), rounds);
    }

    function changeTheCoordinator(uint256 who) external {
        if (who % 4 != 0) return;
        address account = vm.addr(60_000 + who % 3);
        bool allowed = account != boss;
        bool done = governed(IFederatedLedger.GovernanceKind.ChangeCoordinator, account, 0);
        check(done == allowed, "coordinator changed");
        if (done) (boss, claimReadyAt) = (account, 0);
    }

    /// @notice One verifier fewer than are needed, or one who signs twice, changes nothing.
    function changeWithTooFew(bool twice) external {
        uint256[] memory keys = consenting();
        if (keys.length == 0) return;
        if (!twice) {
            uint256[] memory fewer = new uint256[](keys.length - 1);
            for (uint256 i = 0; i < fewer.length; i++) {
                fewer[i] = keys[i];
            }
            keys = fewer;
        } else if (keys.length > 1) {
            keys[1] = keys[0];
        } else {
            return;
        }
        IFederatedLedger.GovernanceKind kind = IFederatedLedger.GovernanceKind.ChangeThreshold;
        bytes[] memory signatures = approve(keys, kind, address(0), thresholdNext);
        try ledger.govern(kind, address(0), thresholdNext, signatures) {
            check(false, "changed by too few");
        } catch {}
    }

    /// @param stages how many later stages, and which thresholds
    /// @param oddity which base is asked for, how many attempts, and whether members are drawn
    function openNextRound(uint16 commitSeconds, uint256 stages, uint256 oddity) public {
        uint64 expected = isApproved ? approved : version;
        uint64 base = oddity % 8 == 1 ? uint64(oddity >> 8) % (version + 1) : expected;
        IFederatedLedger.RoundOpening memory o = opening(base, models[base], states[base]);
        if (oddity % 8 == 2) o.baseState = keccak256("another state");
        o.commitDeadline = uint64(block.timestamp) + commitSeconds % 1000 + 1;
        o.weightCap = CAP;
        o.attempts = uint32(oddity >> 16) % 4;
        if (oddity < 8) o.attempts = 3;
        for (uint256 i = 0; i < stages % 3; i++) {
            o.laterStages |= ((uint256(70) << 16) | (1 + (stages >> (8 * i)) % 3)) << (48 * i);
        }
        if ((oddity >> 24) % 4 == 1) {
            o.drawThreshold = oddity | 1 << 254;
            o.drawn = uint32((oddity >> 40) % 7);
        }
        bool anyAggregator;
        for (uint256 i = 0; i < OFFICERS; i++) {
            anyAggregator = anyAggregator || aggregators[i].next;
        }
        bool allowed = !isOpen() && members >= QUORUM && anyAggregator && o.baseVersion == expected
            && o.baseState == states[expected] && o.attempts >= 1 && o.drawn >= QUORUM && o.drawn <= members
            && (o.drawThreshold == type(uint256).max || expected == version);
        for (uint256 i = 0; i < stages % 3; i++) {
            allowed = allowed && uint16(o.laterStages >> (48 * i)) <= o.drawn;
        }
        vm.prank(boss);
        try ledger.openRound(o) returns (bytes32 opened) {
            check(allowed, "opened");
            rounds++;
            same(opened, Expected.roundId(FEDERATION, uint64(rounds), o), "round id of the opening");
            (formerRoundId, roundId) = (roundId, opened);
            terms = o;
            stage = 0;
            commitDeadline = o.commitDeadline;
            phase = IFederatedLedger.Phase.Committing;
            attempts = 0;
            fixWhoCounts();
        } catch {
            check(!allowed, "not opened");
        }
    }

    function commitSomething(uint256 who, uint256 keySeed, uint64 weight, uint64 cost, uint8 oddity) public {
        uint256 i = who % PARTICIPANTS;
        Person storage person = people[i];
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(i);
        if (oddity % 16 == 9) c.stage ^= 1;
        c.weight = oddity % 8 == 0 ? weight : weight % CAP + 1;
        c.privacyCost = oddity % 8 == 7 ? cost : cost % 40;
        if (oddity % 4 == 1) c.privacyCost = person.nextBudget - person.spent;
        c.digest = keccak256(abi.encode(keySeed, weight));
        if (oddity % 8 == 2) c.roundId = formerRoundId;
        if (oddity % 8 == 3) (c.size, c.digest) = keySeed % 2 == 0 ? (0, c.digest) : (c.size, bytes32(0));
        uint256 key = keySeed % 4 == 0 ? person.nextKey : person.key;
        if (keySeed % 8 == 1 || key == 0) key = STRANGER_KEY;
        bool allowed = phase == IFederatedLedger.Phase.Committing && c.roundId == roundId
            && block.timestamp <= commitDeadline && person.mayCommit && !person.committed && key == person.key
            && c.stage == stage
            && c.weight >= 1 && c.weight <= CAP && c.size != 0 && c.digest != 0
            && uint256(person.spent) + c.privacyCost <= person.budget;
        bytes memory signature = sign(key, c);
        try ledger.commit(c, signature) {
            check(allowed, "committed");
            person.committed = true;
            person.spent += c.privacyCost;
        } catch {
            check(!allowed, "not committed");
        }
    }

    function closeTheCommits() public {
        uint256 committed = countOf(committedBits());
        uint256 may = stage == 0 ? terms.drawn : 0;
        for (uint256 i = 0; i < PARTICIPANTS && stage != 0; i++) {
            if (people[i].mayCommit) may++;
        }
        bool allowed = phase == IFederatedLedger.Phase.Committing
            && (committed >= may || block.timestamp > commitDeadline);
        uint256 needed = stage == 0 ? QUORUM : uint16(terms.laterStages >> (48 * (stage - 1)));
        uint256 window = uint48(terms.laterStages >> (48 * stage)) >> 16;
        vm.prank(stranger);
        try ledger.closeCommits(roundId) {
            check(allowed, "closed");
            if (committed < needed) {
                ended(IFederatedLedger.AbortReason.TooFewCommitments);
            } else if (window == 0) {
                phase = IFederatedLedger.Phase.Publishing;
                revealDeadline = min(block.timestamp + REVEAL_SECONDS, latestOfStages(stage) + REVEAL_SECONDS);
                publicationDeadline = revealDeadline + PUBLICATION_SECONDS;
            } else {
                stage++;
                commitDeadline = min(block.timestamp + window, latestOfStages(stage));
                for (uint256 i = 0; i < PARTICIPANTS; i++) {
                    (people[i].mayCommit, people[i].committed) = (people[i].committed, false);
                }
            }
        } catch {
            check(!allowed, "not closed");
        }
    }

    function publishSomething(uint256 who, uint256 acceptedBits, uint256 rejectedBits, uint8 reason, uint8 oddity)
        public
    {
        uint256 committed = committedBits();
        uint256[] memory accepted = new uint256[](wordCount());
        if (oddity % 4 == 0) {
            acceptedBits &= (1 << (PARTICIPANTS + 1)) - 1;
            rejectedBits &= (1 << (PARTICIPANTS + 1)) - 1;
        } else {
            acceptedBits = oddity % 4 == 1 ? acceptedBits & committed : committed;
            rejectedBits = committed & ~acceptedBits;
        }
        if (accepted.length == 0) return;
        accepted[0] = acceptedBits;
        reason = reason % 12 + 1;
        bytes memory rejected = pack(rejectedBits, reason);
        IFederatedLedger.Publication memory p = publicationOf(accepted, rejected);
        if (oddity & 8 != 0) p = withoutResult(p);
        if (oddity & 16 != 0) p.attempt++;
        bool allowed = oddity & 16 == 0 && mayPublish(who % OFFICERS)
            && isPartition(acceptedBits, rejectedBits, committed)
            && (rejectedBits == 0 || (reason != 3 && (reason != 1 || block.timestamp > revealDeadline)))
            && (p.model == 0 || countOf(acceptedBits) >= QUORUM);
        bytes memory signature = sign(AGGREGATOR_KEY + who % OFFICERS, p);
        try ledger.publish(p, accepted, rejected, signature) {
            check(allowed, "published");
            attempts++;
            aggregators[who % OFFICERS].done = rounds;
            candidate = p;
            outcome = p.model != 0
                ? IFederatedLedger.AbortReason.None
                : countOf(acceptedBits) < QUORUM
                    ? IFederatedLedger.AbortReason.TooFewAccepted
                    : IFederatedLedger.AbortReason.NoAggregate;
            if (verifiersNow == 0) return ended(outcome);
            phase = IFederatedLedger.Phase.Attesting;
            attestationDeadline = block.timestamp + ATTESTATION_SECONDS;
            (matching, differing) = (0, 0);
        } catch {
            check(!allowed, "not published");
        }
    }

    /// @param seed 0 for a match, then a difference or a lack
    function attestSomething(uint256 who, uint256 seed, uint8 oddity) public {
        uint256 i = who % OFFICERS;
        uint256 attempt = rounds << 32 | attempts;
        bool lacks = seed % 4 == 2;
        bool matches = !lacks && (seed % 4 == 0 || oddity % 3 == 0);
        IFederatedLedger.Attestation memory a = lacks ? lackOf(candidate) : attestationOf(candidate, matches);
        if (oddity % 16 == 1) a.model = keccak256("another model");
        if (oddity % 16 == 2) a.publicationId = keccak256("another publication");
        if (oddity % 16 == 5) a.lacking = lacks ? bytes32(0) : keccak256("lacking");
        uint256 key = oddity % 16 == 3 ? STRANGER_KEY : VERIFIER_KEY + i;
        bool again = verifiers[i].done == attempt && (lacks || !verifiers[i].lacked);
        bool allowed = phase == IFederatedLedger.Phase.Attesting && block.timestamp <= attestationDeadline
            && verifiers[i].now && !again && oddity % 16 != 2 && oddity % 16 != 3 && oddity % 16 != 5
            && (!matches || a.model == candidate.model) && (!lacks || a.model == 0);
        bytes memory signature = sign(key, a);
        try ledger.attest(a, verifier(i), signature) {
            check(allowed, "attested");
            (verifiers[i].done, verifiers[i].lacked) = (attempt, lacks);
            if (matches) matching++;
            else if (!lacks) differing++;
            if (matching == thresholdNow) ended(outcome);
            else if (differing > verifiersNow - thresholdNow) failed();
        } catch {
            check(!allowed, "not attested");
        }
    }

    function expireTheCandidate() external {
        bool allowed =
            phase == IFederatedLedger.Phase.Attesting && block.timestamp > attestationDeadline;
        vm.prank(stranger);
        try ledger.expirePublication(roundId) {
            check(allowed, "expired");
            failed();
        } catch {
            check(!allowed, "not expired");
        }
    }

    function abortTheRound(uint8 seed, bool byCoordinator) external {
        IFederatedLedger.AbortReason reason = IFederatedLedger.AbortReason(seed % 7);
        bool rarely = seed % 28 == 1;
        if (reason == IFederatedLedger.AbortReason.Coordinator && !rarely) return;
        bool exhausted = attempts == terms.attempts;
        bool publishing = phase == IFederatedLedger.Phase.Publishing;
        bool allowed = reason == IFederatedLedger.AbortReason.Coordinator
            ? phase == IFederatedLedger.Phase.Committing && stage == 0 && byCoordinator
            : reason == IFederatedLedger.AbortReason.Deadline
                ? publishing && !exhausted && block.timestamp > publicationDeadline
                : reason == IFederatedLedger.AbortReason.AttemptsExhausted && publishing && exhausted;
        vm.prank(byCoordinator ? boss : stranger);
        try ledger.abortRound(roundId, reason) {
            check(allowed, "aborted");
            ended(reason);
        } catch {
            check(!allowed, "not aborted");
        }
    }

    function closeTheFederationInMidRound() external {
        if (!isOpen()) return;
        check(
            !governed(IFederatedLedger.GovernanceKind.CloseFederation, address(0), 0), "closed in mid-round"
        );
    }

    // ------------------------------------------------------------------------------------------- what must hold

    function checkPhaseAndHead() external view {
        IFederatedLedger.FederationRecord memory federation = ledger.federation();
        same(uint256(federation.phase), uint256(phase), "phase");
        same(federation.round, rounds, "rounds");
        same(federation.version, version, "version");
        same(federation.baseVersion, isApproved ? approved : version, "base");
        same(federation.coordinator, boss, "coordinator");
        same(federation.attestationThreshold, thresholdNext, "threshold");
        check(isMajority(thresholdNext, verifiersNext), "M of N");
        for (uint256 i = 0; i <= version; i++) {
            same(ledger.versionHash(uint64(i)), keccak256(abi.encode(models[i], states[i])), "a version");
        }
        same(ledger.versionHash(version + 1), 0, "no version after the last");
        same(federation.members, members, "members");
        same(federation.verifiers, verifiersNext, "verifiers");
    }

    /// @notice Whatever was done late, no deadline lies beyond what the opening says.
    function checkLifeIsTheOpenings() external view {
        if (!isOpen()) return;
        IFederatedLedger.RoundRecord memory round = ledger.roundRecord(roundId);
        uint256 end = latestOfAttempt(terms.attempts) + ATTESTATION_SECONDS;
        check(round.commitDeadline <= end && round.revealDeadline <= end, "commits and reveal end in time");
        // Once the last attempt has failed nothing may be published, whatever the deadline for it would be.
        bool exhausted = phase == IFederatedLedger.Phase.Publishing && attempts == terms.attempts;
        check(exhausted || round.publicationDeadline <= end, "publications end in time");
        check(round.attestationDeadline <= end, "attestations end in time");
    }

    function checkRoundsEndOnce() external view {
        same(endedRounds.length, finals + aborts, "ended rounds");
        same(endedRounds.length, isOpen() ? rounds - 1 : rounds, "all but the open one have ended");
        same(finals, version, "one version for each final round");
    }

    function checkRecordStays() external view {
        for (uint256 i = 0; i < endedRounds.length; i++) {
            same(keccak256(abi.encode(ledger.roundRecord(endedRounds[i]))), endedRecords[i], "ended round");
        }
        for (uint256 i = 0; i < PARTICIPANTS; i++) {
            if (!people[i].admitted) continue;
            same(ledger.participantRecord(participant(i)).index, people[i].index, "index");
            same(ledger.participantRecord(participant(i)).keyChanges, people[i].keyChanges, "changes of keys");
            same(ledger.participantRecord(participant(i)).signer, vm.addr(people[i].nextKey), "newest key");
        }
    }

    function checkPrivacy() external view {
        for (uint256 i = 0; i < PARTICIPANTS; i++) {
            IFederatedLedger.ParticipantRecord memory person = ledger.participantRecord(participant(i));
            same(person.spent, people[i].spent, "spent");
            same(person.budget, people[i].nextBudget, "budget");
            check(person.spent <= person.budget, "spent within budget");
        }
    }

    function checkCommitments() external view {
        (uint256[] memory all, uint256[] memory pending) = ledger.bitmaps();
        uint256 word = all.length == 0 ? 0 : all[0];
        uint256 left = all.length == 0 ? 0 : pending[0];
        for (uint256 i = 0; i < PARTICIPANTS; i++) {
            if (!people[i].admitted) continue;
            bool member = word >> people[i].index & 1 == 1;
            check(member == (stage == 0 ? people[i].member : people[i].mayCommit), "may commit");
            check((left >> people[i].index & 1 == 1) == (member && !people[i].committed), "pending");
        }
    }

    function checked() external view returns (IFederatedLedger) {
        return ledger;
    }

    // ------------------------------------------------------------------------------------------------- the model

    function enlist(uint256 i, uint64 budget) private {
        Person storage person = people[i];
        bool allowed = !person.next && (!person.admitted || budget == person.nextBudget);
        vm.prank(boss);
        try ledger.admit(participant(i), budget) {
            check(allowed, "admitted");
            if (!person.admitted) {
                person.admitted = true;
                person.index = admitted++;
                person.nextKey = PARTICIPANT_KEY + i;
            }
            if (person.from == 0 || person.until <= rounds) person.from = rounds + 1;
            person.next = true;
            person.nextBudget = budget;
            members++;
        } catch {
            check(!allowed, "not admitted");
        }
    }

    function fixWhoCounts() private {
        for (uint256 i = 0; i < PARTICIPANTS; i++) {
            people[i].member = people[i].next;
            people[i].mayCommit = people[i].next
                && (
                    terms.drawThreshold == type(uint256).max
                        || (
                            (versionRound == 0 || people[i].from <= versionRound)
                                && Expected.draw(FEDERATION, terms.baseModel, version + 1, participant(i))
                                    < terms.drawThreshold
                        )
                );
            people[i].committed = false;
            people[i].key = people[i].nextKey;
            people[i].budget = people[i].nextBudget;
        }
        for (uint256 i = 0; i < OFFICERS; i++) {
            aggregators[i].now = aggregators[i].next;
            verifiers[i].now = verifiers[i].next;
        }
        (verifiersNow, thresholdNow) = (verifiersNext, thresholdNext);
    }

    function ended(IFederatedLedger.AbortReason reason) private {
        if (reason == IFederatedLedger.AbortReason.None) {
            finals++;
            version++;
            versionRound = rounds;
            if (approvedIn < rounds) isApproved = false;
            models.push(candidate.model);
            states.push(candidate.state);
            phase = IFederatedLedger.Phase.Final;
        } else {
            aborts++;
            phase = IFederatedLedger.Phase.Aborted;
        }
        IFederatedLedger.RoundRecord memory last = ledger.roundRecord(roundId);
        same(uint256(last.abortReason), uint256(reason), "abort reason");
        endedRounds.push(roundId);
        endedRecords.push(keccak256(abi.encode(last)));
    }

    function failed() private {
        phase = IFederatedLedger.Phase.Publishing;
        uint256 start = block.timestamp > revealDeadline ? block.timestamp : revealDeadline;
        publicationDeadline = min(start + PUBLICATION_SECONDS, latestOfAttempt(attempts + 1));
    }

    /// @notice When commits of a stage end if every stage takes all of its time.
    function latestOfStages(uint256 last) private view returns (uint256 latest) {
        latest = terms.commitDeadline;
        for (uint256 i = 0; i < last; i++) {
            latest += uint48(terms.laterStages >> (48 * i)) >> 16;
        }
    }

    function latestOfAttempt(uint256 attempt) private view returns (uint256) {
        uint256 stages = terms.laterStages == 0 ? 0 : terms.laterStages >> 48 == 0 ? 1 : 2;
        return latestOfStages(stages) + REVEAL_SECONDS + attempt * PUBLICATION_SECONDS
            + (attempt - 1) * ATTESTATION_SECONDS;
    }

    function min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    function isOpen() private view returns (bool) {
        return phase == IFederatedLedger.Phase.Committing || phase == IFederatedLedger.Phase.Publishing
            || phase == IFederatedLedger.Phase.Attesting;
    }

    function mayPublish(uint256 i) private view returns (bool) {
        return phase == IFederatedLedger.Phase.Publishing && block.timestamp <= publicationDeadline
            && attempts < terms.attempts && aggregators[i].now && aggregators[i].done != rounds;
    }

    function committedBits() private view returns (uint256 bits) {
        for (uint256 i = 0; i < PARTICIPANTS; i++) {
            if (people[i].committed) bits |= 1 << people[i].index;
        }
    }

    function countOf(uint256 bits) private pure returns (uint256 count) {
        for (; bits != 0; bits >>= 1) {
            count += bits & 1;
        }
    }

    function isPartition(uint256 accepted, uint256 rejected, uint256 committed) private pure returns (bool) {
        return accepted & rejected == 0 && accepted | rejected == committed;
    }

    function pack(uint256 bits, uint8 reason) private pure returns (bytes memory packed) {
        for (uint256 i = 0; i < 256; i++) {
            if (bits >> i & 1 == 1) packed = bytes.concat(packed, bytes2(uint16(i)), bytes1(reason));
        }
    }

    function isMajority(uint256 threshold, uint256 all) private pure returns (bool) {
        return threshold <= all && (all == 0 || 2 * threshold > all);
    }

    function changedKey(Person storage person, uint256 newKey) private {
        person.nextKey = newKey;
        person.keyChanges++;
    }

    /// @notice Whether a change was taken to which enough verifiers consented, or the coordinator where there are none.
    function governed(IFederatedLedger.GovernanceKind kind, address account, uint256 value)
        private
        returns (bool)
    {
        bytes[] memory signatures = approve(consenting(), kind, account, value);
        vm.prank(verifiersNext == 0 ? boss : stranger);
        try ledger.govern(kind, account, value, signatures) {
            return true;
        } catch {
            return false;
        }
    }

    /// @dev Keys of as many verifiers as have to consent to a change.
    function consenting() private view returns (uint256[] memory keys) {
        keys = new uint256[](thresholdNext);
        uint256 found_ = 0;
        for (uint256 i = 0; i < OFFICERS && found_ < thresholdNext; i++) {
            if (verifiers[i].next) keys[found_++] = VERIFIER_KEY + i;
        }
    }
}
