// Depth-first search over all interleavings of a client's threads. A step is one atomic access together with everything its
// thread does before its next one. At each node of the search the state is saved, each thread that can go on makes its step,
// once with each outcome that the memory model allows, and the state is put back. Sleep sets (Godefroid, 1996) leave out
// interleavings that differ from an explored one only in the order of independent steps; what sleeps is a thread with one
// outcome of its step (SleepSet). A thread is put back by repeating it from its start (ThreadRecording). The tests compare sleep
// sets with the search that leaves out nothing. Four things are judged: data races, at every access; histories against the
// specification, at every end; sleeping threads that nobody wakes; and assertions of the primitive and its client.

using System.Runtime.InteropServices;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>Explores one client.</summary>
public sealed unsafe class InterleavingSearch
{
    /// <summary>Bytes before the client's memory: one semaphore per thread, and the client's memory stays aligned.</summary>
    internal const int ReservedBytes = 128;

    private const int AlignmentBytes = 128;
    private const int StepsMax = 256;
    private const int RepeatsMax = 8;

    private static readonly StopException stop = new();

    [ThreadStatic]
    private static InterleavingSearch? current;

    private readonly IPrimitiveClient client;
    private readonly ExplorationOptions options;
    private readonly byte* memory;
    private readonly IMemoryModel model;
    private readonly RaceDetector races;
    private readonly SharedWords shared;
    private readonly History history;
    private readonly List<TraceEntry> trace = [];
    private readonly List<SearchState> saved = [];
    private readonly HashSet<string> outcomes = new(StringComparer.Ordinal);
    private readonly ThreadRecording[] recordings;
    private readonly ExploredThread[] threads;
    private readonly VectorClock[] clocks;
    private ClientBody body = static (_, _) => { };
    private int running;
    private int outcome;
    private bool mayStep;
    private bool hasInvoked;
    private bool hasResponded;
    private ClientVerdict verdict;
    private string detail = "";
    private long interleavings;
    private long pruned;
    private long steps;
    private int operations;
    private bool isInterrupted;
    private bool mustStartAgain;
    private bool isUnfair;
    private long unfair;

    private InterleavingSearch(
        IPrimitiveClient client, ExplorationOptions options, byte* memory, int wordCount, SharedWords shared)
    {
        this.client = client;
        this.options = options;
        this.memory = memory;
        this.shared = shared;
        bool isWeak = options.Memory == MemoryKind.Weak;
        model = isWeak ? new WeakMemory((long*)memory, wordCount) : new SequentialMemory((long*)memory, wordCount);
        history = new History(isCausal: isWeak);
        races = new RaceDetector(wordCount);
        threads = new ExploredThread[client.Threads];
        clocks = new VectorClock[client.Threads];
        recordings = [.. threads.Select(static _ => new ThreadRecording())];
    }

    /// <summary>The exploration whose thread is running.</summary>
    internal static InterleavingSearch Current =>
        current ?? throw new ToolBugException("ExploreSync is used outside of an exploration");

    /// <summary>Explores a client until a violation is found or everything has been explored.</summary>
    /// <param name="client">The client.</param>
    /// <param name="options">How.</param>
    /// <returns>What was found.</returns>
    public static ExplorationResult Explore(IPrimitiveClient client, ExplorationOptions options)
    {
        Verify.That(client.Threads is > 0 and <= VectorClock.ThreadCapacity, "too many threads to explore");
        Verify.That(!options.Reduces || options.DeviationsMax == int.MaxValue, "sleep sets do not go with a bound");
        nuint bytes = ReservedBytes + client.Bytes;
        byte* memory = (byte*)NativeMemory.AlignedAlloc(bytes, AlignmentBytes);
        try
        {
            int wordCount = (int)(bytes / sizeof(long));
            var shared = new SharedWords(wordCount);
            while (true)
            {
                NativeMemory.Clear(memory, bytes);
                var exploration = new InterleavingSearch(client, options, memory, wordCount, shared);
                ExplorationResult result = exploration.Explore();
                if (!exploration.mustStartAgain)
                {
                    return result;
                }
            }
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    /// <summary>The running thread calls an operation.</summary>
    /// <param name="operation">Which.</param>
    /// <param name="argument">Its argument.</param>
    public void Begin(PrimitiveOperation operation, long argument = 0)
    {
        ref ExploredThread thread = ref threads[running];
        thread.Operation = operation;
        thread.Argument = argument;
        thread.AwaitsInvocation = true;
    }

    /// <summary>The operation of the running thread returns.</summary>
    /// <param name="result">Its result.</param>
    public void End(long result)
    {
        ref ExploredThread thread = ref threads[running];
        if (ThreadRecording.IsRepeating(thread))
        {
            recordings[running].Repeat(ref thread, ThreadRecording.EndOfOperation);
        }
        else
        {
            Invoke(ref thread);
            history.Respond(thread.OperationNumber, result, clocks[running]);
            hasResponded = true;
            recordings[running].Add(ref thread, ThreadRecording.EndOfOperation, 0);
        }

        thread.AwaitsInvocation = false;
        thread.Operation = PrimitiveOperation.None;
    }

    /// <summary>The running thread sleeps until it is woken; a wake that came before counts.</summary>
    public void Sleep() => Make(AccessKind.Sleep, (long*)memory + running, 0, 0);

    /// <summary>The running thread wakes another one.</summary>
    /// <param name="thread">Which.</param>
    public void Wake(int thread) => Make(AccessKind.Wake, (long*)memory + thread, 1, 0);

    /// <summary>What must hold for the running thread by what its primitive promises; otherwise the verdict is an
    /// assertion.</summary>
    /// <param name="holds">Whether it holds.</param>
    /// <param name="what">What is wrong if it does not.</param>
    public void Require(bool holds, string what)
    {
        if (!holds)
        {
            Violate(ClientVerdict.Assertion, what);
            throw stop;
        }
    }

    /// <summary>Whether a defect is planted in the source.</summary>
    internal bool Plants(PrimitiveDefect defect) => options.Defect?.Line == defect;

    /// <summary>The running thread makes an access.</summary>
    internal long Make(AccessKind kind, long* location, long operand, long comparand)
    {
        long word = location - (long*)memory;
        Verify.That((ulong)word < (ReservedBytes + client.Bytes) / sizeof(long), "an access outside of the client's memory");
        Weakening? weakening = options.Defect?.Weakening;
        bool isMeant = weakening?.Kind == kind && weakening.Operation == threads[running].Operation;
        AccessWeakness lost = isMeant ? weakening!.Weakness : AccessWeakness.None;
        return lost == AccessWeakness.Atomicity
            ? MakeInTwo(kind, (int)word, operand, comparand)
            : Make(new MemoryAccess(kind, (int)word, operand, comparand, lost));
    }

    private long MakeInTwo(AccessKind kind, int word, long operand, long comparand)
    {
        long found = Make(new MemoryAccess(AccessKind.ReadAcquire, word, 0, 0, AccessWeakness.None));
        long value = kind switch
        {
            AccessKind.FetchAdd => found + operand,
            AccessKind.FetchOr => found | operand,
            AccessKind.FetchAnd => found & operand,
            _ => operand,
        };
        if (kind != AccessKind.CompareExchange || found == comparand)
        {
            Make(new MemoryAccess(AccessKind.WriteRelease, word, value, 0, AccessWeakness.None));
        }

        return found;
    }

    private long Make(in MemoryAccess access)
    {
        ref ExploredThread thread = ref threads[running];
        bool isStep = !access.IsPlain || shared.IsStep(access);
        if (ThreadRecording.IsRepeating(thread))
        {
            thread.AwaitsInvocation &= !isStep;
            return recordings[running].Repeat(ref thread, ThreadRecording.NameOf(access));
        }

        if (isStep)
        {
            if (!mayStep)
            {
                thread.Pending = access;
                throw stop;
            }

            mayStep = false;
            Invoke(ref thread);
        }

        clocks[running][running]++;
        PerformedAccess performed = model.Perform(running, access, isStep ? outcome : 0, ref clocks[running]);
        trace.Add(new TraceEntry(running, thread.Operation, access, performed));
        CheckSharing(access, performed);
        if (isStep && performed.Repeats > RepeatsMax)
        {
            isUnfair = true;
            throw stop;
        }

        recordings[running].Add(ref thread, ThreadRecording.NameOf(access), performed.Value);
        return performed.Value;
    }

    private void CheckSharing(in MemoryAccess access, in PerformedAccess performed)
    {
        if (!options.JudgesRaces)
        {
            mustStartAgain |= shared.Learn(running, access);
            return;
        }

        int other = races.Check(running, access, performed.HasWritten, clocks[running]);
        if (other >= 0)
        {
            string word = InterleavingText.NameOf(client, access.Word);
            Violate(ClientVerdict.DataRace, $"thread {running} and thread {other} access {word} without an order");
            throw stop;
        }
    }

    private void Invoke(ref ExploredThread thread)
    {
        if (thread.AwaitsInvocation)
        {
            thread.AwaitsInvocation = false;
            hasInvoked = true;
            thread.OperationNumber = history.Invoke(running, thread.Operation, thread.Argument, clocks[running]);
        }
    }

    private ExplorationResult Explore()
    {
        InterleavingSearch? outer = current;
        current = this;
        try
        {
            body = client.Prepare(memory + ReservedBytes);
            for (int thread = 0; thread < threads.Length && verdict == ClientVerdict.Clean; thread++)
            {
                mayStep = false;
                RunThread(thread);
            }

            Search(0, -1, 0);
        }
        finally
        {
            current = outer;
        }

        return new ExplorationResult
        {
            Verdict = verdict,
            Detail = detail,
            Interleavings = interleavings,
            Pruned = pruned,
            Unfair = unfair,
            Steps = steps,
            Operations = operations,
            IsComplete = verdict == ClientVerdict.Clean && !isInterrupted,
            Trace = verdict == ClientVerdict.Clean ? [] : trace,
            Outcomes = outcomes,
        };
    }

    /// <summary>Explores everything that can follow the present state.</summary>
    private void Search(int depth, int last, int deviations)
    {
        if (verdict != ClientVerdict.Clean)
        {
            interleavings++;
            return;
        }

        if (isUnfair)
        {
            isUnfair = false;
            unfair++;
            return;
        }

        int enabled = EnabledThreads();
        if (enabled == 0)
        {
            Judge();
            return;
        }

        if (depth == StepsMax)
        {
            interleavings++;
            Violate(ClientVerdict.TooLong, $"an interleaving of more than {StepsMax} steps");
            return;
        }

        SearchState state = Save(depth);
        bool lastCanStep = last >= 0 && (enabled >> last & 1) != 0;
        bool isAwake = lastCanStep && SearchFrom(depth, state, last, deviations);
        for (int thread = 0; thread < threads.Length; thread++)
        {
            if ((enabled >> thread & 1) != 0 && !(lastCanStep && thread == last))
            {
                isAwake |= SearchFrom(depth, state, thread, deviations + (lastCanStep ? 1 : 0));
            }
        }

        pruned += isAwake || IsOver ? 0 : 1;
    }

    /// <summary>Lets one thread make its step, explores what can follow each outcome, and puts the state back.</summary>
    /// <returns>Whether any outcome was not asleep.</returns>
    private bool SearchFrom(int depth, SearchState state, int thread, int deviations)
    {
        bool isAwake = false;
        MemoryAccess access = threads[thread].Pending;
        int outcomeCount = model.CountOutcomes(thread, access);
        for (int choice = 0; choice < outcomeCount && !IsOver; choice++)
        {
            int name = model.NameOf(thread, access, choice);
            if (state.Asleep.Contains(thread, name))
            {
                continue;
            }

            isAwake = true;
            int total = deviations + (choice > 0 ? 1 : 0);
            if (total <= options.DeviationsMax)
            {
                outcome = choice;
                ExploredStep step = MakeStep(thread);
                At(depth + 1).Asleep.TakeOver(state.Asleep, thread, step, model);
                Search(depth + 1, thread, total);
                isInterrupted |= options.Stop.IsCancellationRequested;
                if (IsOver)
                {
                    break;
                }

                Restore(depth, state);
                if (options.Reduces)
                {
                    state.Asleep.Add(thread, name, step);
                }
            }
        }

        return isAwake;
    }

    private bool IsOver => verdict != ClientVerdict.Clean || isInterrupted || mustStartAgain;

    private ExploredStep MakeStep(int thread)
    {
        MemoryAccess access = threads[thread].Pending;
        steps++;
        mayStep = true;
        hasInvoked = false;
        hasResponded = false;
        RunThread(thread);
        return new ExploredStep(access.Word, access.MayWrite, access.IsFence, hasInvoked, hasResponded);
    }

    /// <summary>Repeats a thread from its start until it stands before an access that it may not make yet.</summary>
    private void RunThread(int number)
    {
        running = number;
        ref ExploredThread thread = ref threads[number];
        thread.Cursor = 0;
        thread.Operation = PrimitiveOperation.None;
        thread.AwaitsInvocation = false;
        try
        {
            body(number, this);
            Verify.That(
                !ThreadRecording.IsRepeating(thread), "a thread of a client does less than before: it is not deterministic");
            thread.IsFinished = true;
        }
        catch (StopException)
        {
            // It stands before its next access, or a violation was found.
        }
        catch (ToolBugException failure) when (options.Defect is not null)
        {
            Violate(ClientVerdict.Assertion, failure.Message);
        }
    }

    private int EnabledThreads()
    {
        int enabled = 0;
        for (int thread = 0; thread < threads.Length; thread++)
        {
            bool canStep = !threads[thread].IsFinished && model.CountOutcomes(thread, threads[thread].Pending) > 0;
            enabled |= canStep ? 1 << thread : 0;
        }

        return enabled;
    }

    private void Judge()
    {
        interleavings++;
        operations = Math.Max(operations, history.Count);
        for (int thread = 0; thread < threads.Length; thread++)
        {
            if (!threads[thread].IsFinished)
            {
                Violate(ClientVerdict.LostWake, $"thread {thread} sleeps and nobody is left to wake it");
                return;
            }
        }

        if (options.CollectsOutcomes)
        {
            outcomes.Add(history.Outcome());
        }

        bool isLegal = options.Memory == MemoryKind.Weak
            ? Linearizability.HoldsForEachRefusal(history.Operations, client.Specification)
            : Linearizability.Holds(history.Operations, client.Specification);
        if (!isLegal)
        {
            Violate(ClientVerdict.NotLinearizable, "no sequential order explains " + history.Results());
        }
    }

    private void Violate(ClientVerdict what, string why)
    {
        verdict = what;
        detail = why;
        operations = Math.Max(operations, history.Count);
    }

    private SearchState At(int depth)
    {
        while (saved.Count <= depth)
        {
            saved.Add(new SearchState(threads.Length));
        }

        return saved[depth];
    }

    private SearchState Save(int depth)
    {
        SearchState state = At(depth);
        threads.CopyTo(state.Threads, 0);
        clocks.CopyTo(state.Clocks, 0);
        state.HistoryLength = history.Length;
        state.TraceLength = trace.Count;
        model.Save(depth);
        races.Save(depth);
        return state;
    }

    private void Restore(int depth, SearchState state)
    {
        state.Threads.CopyTo(threads, 0);
        state.Clocks.CopyTo(clocks, 0);
        history.Truncate(state.HistoryLength);
        CollectionsMarshal.SetCount(trace, state.TraceLength);
        model.Restore(depth);
        races.Restore(depth);
    }

    /// <summary>Takes control back from a thread of a client; one object, thrown over and over.</summary>
    private sealed class StopException : Exception;
}
