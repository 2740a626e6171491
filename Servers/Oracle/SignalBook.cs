// The oracle's own account of signals: which were sent and not taken yet, what each process does with them, and which each
// thread blocks, on every level of handlers. It is written from what user code asks for and gets back, never copied from a
// server's tables, so that a server which loses a signal, takes one twice, or mixes up masks and actions is contradicted.
// How many instances are pending is known as a range: a profile may let a standard signal be merged with one that is pending.
// Where calls of several threads overlap, their order is not known from outside; the book then says so and judges nothing.

using System.Numerics;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Oracle;

/// <summary>What the ledger knows of signals.</summary>
public sealed unsafe class SignalBook
{
    /// <summary>Levels of handlers that are told apart; deeper ones are not judged.</summary>
    public const int TrackedLevels = 16;

    private readonly ModelSystem system;
    private readonly SignalAccount* accounts;

    internal SignalBook(ModelSystem system)
    {
        this.system = system;
        accounts = system.World.Arena.ReserveCold<SignalAccount>(Scenario.MaximumStrands);
    }

    /// <summary>A thread comes to be, and with the main thread its process.</summary>
    /// <param name="strand">Strand of the thread.</param>
    internal void StrandBegan(int strand) => accounts[strand] = default;

    /// <summary>A process was duplicated: actions and mask are inherited, pending signals are not.</summary>
    /// <param name="parent">Strand of the thread that forked.</param>
    /// <param name="child">Strand of the child.</param>
    internal void Forked(int parent, int child)
    {
        ref SignalAccount from = ref accounts[parent];
        ref SignalAccount process = ref accounts[ProcessOf(parent)];
        ref SignalAccount to = ref accounts[child];
        ushort mask = from.Level < TrackedLevels ? from.Masks[from.Level] : (ushort)0;
        to.Masks[0] = to.Candidates[0] = mask;
        to.Handled = process.Handled;
        to.Ignored = process.Ignored;
        to.Resets = process.Resets;
        to.ForgetsChildren = process.ForgetsChildren;
        to.Unknown = process.Unknown;
        for (int signal = 0; signal < SignalTable.Count; signal++)
        {
            to.Unknown |= process.ActionsInFlight[signal] > 0 ? SignalTable.MaskOf(signal) : (ushort)0;
        }
    }

    /// <summary>A thread was made in the caller's process: its mask is inherited.</summary>
    /// <param name="caller">Strand of the thread that cloned.</param>
    /// <param name="created">Strand of the new thread.</param>
    internal void Cloned(int caller, int created)
    {
        ref SignalAccount from = ref accounts[caller];
        ushort mask = from.Level < TrackedLevels ? from.Masks[from.Level] : (ushort)0;
        accounts[created].Masks[0] = accounts[created].Candidates[0] = mask;
    }

    /// <summary>The image of a thread is gone: the mask and what is pending stay, and no handler is stacked.</summary>
    /// <param name="strand">Strand of the thread.</param>
    internal void ImageReplaced(int strand)
    {
        ref SignalAccount account = ref accounts[strand];
        ushort mask = account.Level < TrackedLevels ? account.Masks[account.Level] : (ushort)0;
        account.Level = 0;
        account.Masks[0] = account.Candidates[0] = mask;
    }

    /// <summary>A process begins a new image: handled signals have their default action.</summary>
    /// <param name="strand">Strand of a thread.</param>
    internal void ActionsReset(int strand)
    {
        ref SignalAccount owner = ref accounts[ProcessOf(strand)];
        owner.Resets &= (ushort)~owner.Handled;
        owner.ForgetsChildren &= (owner.Handled >> ChildSignal & 1) == 0;
        owner.Handled = 0;
        for (int signal = 0; signal < SignalTable.Count; signal++)
        {
            owner.Unknown |= owner.ActionsInFlight[signal] > 0 ? SignalTable.MaskOf(signal) : (ushort)0;
        }
    }

    /// <summary>A signal was sent.</summary>
    /// <param name="process">Strand of the target process.</param>
    /// <param name="thread">Strand of the target thread, or -1.</param>
    /// <param name="signal">Table index.</param>
    internal void Issued(int process, int thread, int signal)
    {
        ref SignalAccount owner = ref accounts[process];
        ushort bit = SignalTable.MaskOf(signal);
        if (owner.ActionsInFlight[signal] > 0)
        {
            owner.Unknown |= bit;
        }

        owner.Sends[signal]++;
        bool isOwed = (owner.Unknown & bit) == 0 && !IsIgnored(owner, signal);
        ref SignalAccount target = ref accounts[thread < 0 ? process : thread];
        if (thread < 0)
        {
            Add(ref target.Shared, ref target.SharedDue, ref target.SharedOwed, signal, isOwed);
        }
        else
        {
            Add(ref target.Own, ref target.OwnDue, ref target.OwnOwed, signal, isOwed);
        }
    }

    /// <summary>Instances that were sent to a process or one of its threads; wraps.</summary>
    /// <param name="process">Strand of the process.</param>
    /// <param name="signal">Table index.</param>
    /// <returns>Their number.</returns>
    internal byte SendsTo(int process, int signal) => accounts[process].Sends[signal];

    /// <summary>Whether the end of a child of a process may leave nothing to wait for, as far as is known.</summary>
    /// <param name="process">Strand of the process.</param>
    /// <returns>True where SIGCHLD is ignored or has SA_NOCLDWAIT, or where that is not known.</returns>
    internal bool MayForgetChildren(int process)
    {
        ref SignalAccount owner = ref accounts[process];
        return !IsKnown(owner, ChildSignal) || owner.ForgetsChildren || (owner.Ignored >> ChildSignal & 1) != 0;
    }

    /// <summary>A thread has been sent SIGPIPE for what it has written. One that is ignored by then is not owed, and a later
    /// one that somebody else sends is not the write's.</summary>
    /// <param name="strand">Strand of the thread.</param>
    internal void BrokenPipe(int strand) => accounts[strand].OwesBrokenPipe = accounts[strand].OwnDue[PipeSignal] > 0;

    /// <summary>Whether a thread should have got the SIGPIPE of its write by now: it has taken none since, does not block it, and
    /// from then until now it was certainly not ignored.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <returns>True when it is late.</returns>
    internal bool OwesBrokenPipe(int strand)
    {
        ref SignalAccount account = ref accounts[strand];
        return account.OwesBrokenPipe && account.Level < TrackedLevels
            && (account.Masks[account.Level] >> PipeSignal & 1) == 0;
    }

    private static int PipeSignal { get; } = SignalTable.IndexOf(SignalNumber.Pipe);

    private static int ChildSignal { get; } = SignalTable.IndexOf(SignalNumber.Chld);

    /// <summary>Between the fewest and the most instances that the system may have pending now.</summary>
    private void Add(ref SignalCounts most, ref SignalCounts fewest, ref ushort owed, int signal, bool isOwed)
    {
        MergeRule rule = Profiles.MergeRuleOf(system.Profile, signal);
        most[signal] = Grown(most[signal], rule == MergeRule.Must);
        if (isOwed)
        {
            fewest[signal] = Grown(fewest[signal], rule != MergeRule.Never);
            owed |= SignalTable.MaskOf(signal);
        }
    }

    private static byte Grown(byte count, bool merges) => (byte)Math.Min(count + 1, merges ? 1 : byte.MaxValue);

    /// <summary>A signal was taken by a thread.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="signal">Table index.</param>
    /// <param name="handling">What the system is about to do with it.</param>
    /// <returns>False when nobody had sent it to this thread, or when its action is another one.</returns>
    internal bool Accepted(int strand, int signal, in SignalHandling handling)
    {
        ref SignalAccount owner = ref accounts[ProcessOf(strand)];
        ushort bit = SignalTable.MaskOf(signal);
        bool isKnown = IsKnown(owner, signal);
        Settle(ProcessOf(strand), bit);
        bool isRight = TryTake(ref accounts[strand], ref owner, signal) && (!isKnown || Fits(owner, signal, handling));
        owner.Unknown |= owner.ActionsInFlight[signal] > 0 ? bit : (ushort)0;
        if ((owner.Resets & bit) != 0)
        {
            owner.Handled &= (ushort)~bit;
            owner.Ignored &= (ushort)~bit;
        }

        return isRight;
    }

    /// <summary>A signal that a thread has taken is pending for it again.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="signal">Table index.</param>
    internal void PutBack(int strand, int signal)
    {
        ref SignalAccount account = ref accounts[strand];
        Add(ref account.Own, ref account.OwnDue, ref account.OwnOwed, signal, isOwed: true);
    }

    /// <summary>A signal that is ignored was dropped as soon as it was sent.</summary>
    /// <param name="strand">Strand of the thread that would have taken it.</param>
    /// <param name="signal">Table index.</param>
    /// <returns>False when it was certainly not ignored.</returns>
    internal bool Dropped(int strand, int signal)
    {
        ref SignalAccount owner = ref accounts[ProcessOf(strand)];
        Settle(ProcessOf(strand), SignalTable.MaskOf(signal));
        TryTake(ref accounts[strand], ref owner, signal);
        return !IsKnown(owner, signal) || IsIgnored(owner, signal);
    }

    /// <summary>A handler was pushed onto a thread.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="signal">Table index of its signal.</param>
    /// <param name="flags">Flags of its action.</param>
    /// <param name="mask">Mask of the thread from now on.</param>
    /// <returns>False when the thread blocks the signal, or when the handler runs under another mask than it should.</returns>
    internal bool Raised(int strand, int signal, SignalActionFlags flags, ushort mask)
    {
        ref SignalAccount account = ref accounts[strand];
        int level = account.Level++;
        if (level + 1 >= TrackedLevels)
        {
            account.HandledWithin |= level < TrackedLevels ? 1u << level : 0;
            return true;
        }

        ushort former = account.Masks[level];
        ushort candidate = account.Candidates[level];
        ushort bit = SignalTable.MaskOf(signal);
        bool isBefore = (former & bit) == 0 && Signals.HandlerMask(former, signal, flags) == mask;
        bool isWithin = (candidate & bit) == 0 && Signals.HandlerMask(candidate, signal, flags) == mask;
        account.HandledWithin |= isWithin ? 1u << level : 0;
        bool isRight = isBefore || isWithin;
        ushort expected = isRight ? mask : Signals.HandlerMask(candidate, signal, flags);
        account.Masks[level + 1] = account.Candidates[level + 1] = expected;
        return isRight;
    }

    /// <summary>Whether a thread may have a mask between two calls, or in one that has a mask of its own.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="mask">Its mask.</param>
    /// <returns>False when it is certainly wrong.</returns>
    internal bool MayHaveMask(int strand, ushort mask)
    {
        ref SignalAccount account = ref accounts[strand];
        return account.Level >= TrackedLevels || account.Masks[account.Level] == mask
            || account.Candidates[account.Level] == mask;
    }

    /// <summary>The mask that a thread should have now.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <returns>Blocked signals by table index.</returns>
    internal ushort ExpectedMask(int strand) =>
        accounts[strand].Level < TrackedLevels ? accounts[strand].Masks[accounts[strand].Level] : (ushort)0;

    /// <summary>A handler has returned.</summary>
    /// <param name="strand">Strand of its thread.</param>
    internal void HandlerEnded(int strand) => accounts[strand].Level--;

    /// <summary>A call begins.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="made">The call.</param>
    /// <param name="mask">Mask of the thread.</param>
    /// <returns>False when the mask is not what the thread's calls have made of it.</returns>
    internal bool CallBegan(int strand, in Call made, ushort mask)
    {
        ref SignalAccount account = ref accounts[strand];
        account.OwedThroughout = (ushort)(account.OwnOwed | accounts[ProcessOf(strand)].SharedOwed);
        if (made.Kind == CallKind.Sigaction)
        {
            ActionBegan(ProcessOf(strand), made);
        }

        if (account.Level >= TrackedLevels)
        {
            return true;
        }

        account.HandledWithin &= ~(1u << account.Level);
        ushort known = account.Masks[account.Level];
        account.Candidates[account.Level] = made.Kind switch
        {
            CallKind.Sigprocmask => Signals.ChangedMask(known, (MaskChange)made.Argument0, made.Mask1),
            CallKind.Sigsuspend => Signals.ChangedMask(known, MaskChange.Set, made.Mask0),
            _ => known,
        };
        return known == mask;
    }

    /// <summary>A call returns.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="made">The call.</param>
    /// <param name="result">Its result.</param>
    /// <param name="mask">Mask of the thread.</param>
    /// <returns>False when the mask is not what the call should have left.</returns>
    internal bool CallReturned(int strand, in Call made, long result, ushort mask)
    {
        ref SignalAccount account = ref accounts[strand];
        if (made.Kind == CallKind.Sigaction)
        {
            ActionReturned(ProcessOf(strand), made, result);
        }

        if (account.Level >= TrackedLevels)
        {
            return true;
        }

        if (made.Kind == CallKind.Sigprocmask && result == 0)
        {
            account.Masks[account.Level] = account.Candidates[account.Level];
        }

        // What ends a sigsuspend is a signal that was delivered under its mask (POSIX 2024, sigsuspend).
        bool isEnded = made.Kind != CallKind.Sigsuspend || HasHandledWithin(strand);
        account.Candidates[account.Level] = account.Masks[account.Level];
        return isEnded && account.Masks[account.Level] == mask;
    }

    /// <summary>Whether a handler ran under the mask that the call in hand installs; of deeper levels nothing is known.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <returns>False when none has.</returns>
    internal bool HasHandledWithin(int strand)
    {
        ref SignalAccount account = ref accounts[strand];
        return account.Level < TrackedLevels && (account.HandledWithin >> account.Level & 1) != 0;
    }

    /// <summary>Signals that a thread has owed to it since its call began, and does not block now. One that somebody has taken
    /// meanwhile is not among them, even if it was sent again.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <returns>Set by table index.</returns>
    internal ushort OwedThroughout(int strand) => (ushort)(accounts[strand].OwedThroughout & Owed(strand));

    /// <summary>Signals that a thread does not block, must get, and has not got.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <returns>Set by table index.</returns>
    internal ushort Owed(int strand)
    {
        ref SignalAccount account = ref accounts[strand];
        ref SignalAccount owner = ref accounts[ProcessOf(strand)];
        int owed = account.OwnOwed | owner.SharedOwed;
        if (owed == 0 || account.Level >= TrackedLevels)
        {
            return 0;
        }

        owed &= ~(account.Masks[account.Level] | account.Candidates[account.Level]);
        for (int rest = owed; rest != 0; rest &= rest - 1)
        {
            int signal = BitOperations.TrailingZeroCount(rest);
            owed &= IsKnown(owner, signal) && !IsIgnored(owner, signal) ? owed : ~(1 << signal);
        }

        return (ushort)owed;
    }

    private static bool IsKnown(in SignalAccount owner, int signal) =>
        owner.ActionsInFlight[signal] == 0 && (owner.Unknown >> signal & 1) == 0;

    private static bool IsIgnored(in SignalAccount owner, int signal) => (owner.Ignored >> signal & 1) != 0
        || ((owner.Handled >> signal & 1) == 0 && SignalTable.IsIgnoredByDefault(SignalTable.NumberAt(signal)));

    private static bool Fits(in SignalAccount owner, int signal, in SignalHandling handling)
    {
        bool isHandled = (owner.Handled >> signal & 1) != 0;
        bool isIgnored = (owner.Ignored >> signal & 1) != 0;
        SignalDisposition unhandled = isIgnored ? SignalDisposition.Ignore : SignalDisposition.Default;
        return handling.Action.Disposition == (isHandled ? SignalDisposition.Handle : unhandled)
            && handling.IsFatal == (!isHandled && !IsIgnored(owner, signal));
    }

    /// <summary>A thread's own instance goes first, as in Managarm; a further instance may have been merged with it. An own one
    /// that is not owed may be gone already, and then the process's was taken.</summary>
    private static bool TryTake(ref SignalAccount account, ref SignalAccount owner, int signal)
    {
        if (account.Own[signal] > 0)
        {
            account.Own[signal]--;
            if (account.OwnDue[signal] > 0)
            {
                Pay(ref account.OwnDue, ref account.OwnOwed, signal);
            }
            else
            {
                Pay(ref owner.SharedDue, ref owner.SharedOwed, signal);
            }

            return true;
        }

        if (owner.Shared[signal] == 0)
        {
            return false;
        }

        owner.Shared[signal]--;
        Pay(ref owner.SharedDue, ref owner.SharedOwed, signal);
        return true;
    }

    private static void Pay(ref SignalCounts due, ref ushort owed, int signal)
    {
        due[signal] -= (byte)(due[signal] > 0 ? 1 : 0);
        owed &= due[signal] > 0 ? ushort.MaxValue : (ushort)~SignalTable.MaskOf(signal);
    }

    private static bool Ignores(in Call made)
    {
        var disposition = (SignalDisposition)made.Argument1;
        return disposition == SignalDisposition.Ignore || (disposition == SignalDisposition.Default
            && SignalTable.IsIgnoredByDefault(SignalTable.NumberAt(made.Argument0)));
    }

    /// <summary>An instance of a signal was taken; of which queue does not matter.</summary>
    private void Settle(int process, ushort bit)
    {
        for (int strand = 0; strand < system.Scenario.StrandCount; strand++)
        {
            if (ProcessOf(strand) == process)
            {
                accounts[strand].OwedThroughout &= (ushort)~bit;
                accounts[strand].OwesBrokenPipe &= bit != SignalTable.MaskOf(PipeSignal);
            }
        }
    }

    private void ActionBegan(int process, in Call made)
    {
        ref SignalAccount owner = ref accounts[process];
        ushort bit = SignalTable.MaskOf(made.Argument0);
        owner.Unknown = (ushort)(owner.ActionsInFlight[made.Argument0]++ > 0 ? owner.Unknown | bit : owner.Unknown & ~bit);
        if (Ignores(made))
        {
            Forgive(process, made.Argument0);
        }
    }

    private void ActionReturned(int process, in Call made, long result)
    {
        ref SignalAccount owner = ref accounts[process];
        ushort bit = SignalTable.MaskOf(made.Argument0);
        owner.ActionsInFlight[made.Argument0]--;
        if (result != 0 || (owner.Unknown & bit) != 0)
        {
            return;
        }

        var disposition = (SignalDisposition)made.Argument1;
        bool resets = ((SignalActionFlags)made.Argument2 & SignalActionFlags.ResetHandler) != 0;
        owner.Handled = With(owner.Handled, bit, disposition == SignalDisposition.Handle);
        owner.Ignored = With(owner.Ignored, bit, disposition == SignalDisposition.Ignore);
        owner.Resets = With(owner.Resets, bit, resets);
        if (made.Argument0 == ChildSignal)
        {
            owner.ForgetsChildren = ((SignalActionFlags)made.Argument2 & SignalActionFlags.NoChildWait) != 0;
        }

        if (Ignores(made))
        {
            Discard(process, made.Argument0);
        }
    }

    private static ushort With(ushort set, ushort bit, bool isIn) => (ushort)(isIn ? set | bit : set & ~bit);

    /// <summary>From here on the system may drop instances that are pending.</summary>
    private void Forgive(int process, int signal)
    {
        var others = (ushort)~SignalTable.MaskOf(signal);
        Settle(process, SignalTable.MaskOf(signal));
        accounts[process].SharedOwed &= others;
        accounts[process].SharedDue[signal] = 0;
        for (int strand = 0; strand < system.Scenario.StrandCount; strand++)
        {
            if (ProcessOf(strand) == process)
            {
                accounts[strand].OwnOwed &= others;
                accounts[strand].OwnDue[signal] = 0;
            }
        }
    }

    /// <summary>The system has dropped every instance that was pending.</summary>
    private void Discard(int process, int signal)
    {
        accounts[process].Shared[signal] = 0;
        for (int strand = 0; strand < system.Scenario.StrandCount; strand++)
        {
            if (ProcessOf(strand) == process)
            {
                accounts[strand].Own[signal] = 0;
            }
        }
    }

    private int ProcessOf(int strand) => system.Scenario.StrandAt(strand).Process;
}
