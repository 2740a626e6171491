// What the threads of one interleaving called and got, and which operation came before which. An operation begins with its
// first access, not with its call, and ends with its last: that makes the intervals as short as they can be, so a history is
// judged as strictly as any execution with these accesses could be. Under sequential consistency the order is that of real time.
// Under weak memory there is no common time: an operation came before another one if it had ended in what the other one's thread
// had seen when it began (happens-before).

using System.Numerics;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>A growing list of operations that can be cut back to an earlier length.</summary>
/// <param name="isCausal">Whether the order is happens-before instead of real time.</param>
internal sealed class History(bool isCausal)
{
    private const int OperationsMax = 64;
    private const int NotEnded = int.MaxValue;

    private readonly OperationRecord[] operations = new OperationRecord[OperationsMax];
    private readonly int[] ended = new int[OperationsMax];
    private readonly byte[] events = new byte[2 * OperationsMax];
    private readonly bool[] isInvocation = new bool[2 * OperationsMax];
    private int eventCount;

    /// <summary>The operations, in the order of their invocations; those that have not ended have no result.</summary>
    internal ReadOnlySpan<OperationRecord> Operations => operations.AsSpan(0, Count);

    /// <summary>Number of operations that have begun.</summary>
    internal int Count { get; private set; }

    /// <summary>Number of invocations and responses so far.</summary>
    internal int Length => eventCount;

    /// <summary>An operation begins.</summary>
    /// <returns>Its number.</returns>
    internal int Invoke(int thread, PrimitiveOperation operation, long argument, in VectorClock clock)
    {
        Verify.That(Count < OperationsMax, "a client has too many operations");
        ulong before = 0;
        for (int number = 0; number < Count; number++)
        {
            bool hasEnded = isCausal ? ended[number] <= clock[operations[number].Thread] : ended[number] != NotEnded;
            before |= hasEnded ? 1UL << number : 0;
        }

        operations[Count] = new OperationRecord(thread, operation, argument, 0, before);
        ended[Count] = NotEnded;
        isInvocation[eventCount] = true;
        events[eventCount++] = (byte)Count;
        return Count++;
    }

    /// <summary>An operation ends.</summary>
    internal void Respond(int number, long result, in VectorClock clock)
    {
        operations[number] = operations[number] with { Result = result };
        ended[number] = clock[operations[number].Thread];
        isInvocation[eventCount] = false;
        events[eventCount++] = (byte)number;
    }

    /// <summary>Forgets everything after a length.</summary>
    /// <param name="length">An earlier <see cref="Length"/>.</param>
    internal void Truncate(int length)
    {
        while (eventCount > length)
        {
            int number = events[--eventCount];
            if (isInvocation[eventCount])
            {
                Count--;
            }
            else
            {
                ended[number] = NotEnded;
            }
        }
    }

    /// <summary>The results of each thread in order, as one line.</summary>
    internal string Results() => string.Join(' ', InOrderOfThreads().Select(static operation =>
        $"{operation.Thread}:{operation.Operation}({operation.Argument})={operation.Result}"));

    /// <summary>The results, and for each operation how many came before it.</summary>
    internal string Outcome() => Results() + " after " + string.Join(' ', InOrderOfThreads().Select(static later =>
        BitOperations.PopCount(later.Before)));

    private IEnumerable<OperationRecord> InOrderOfThreads() =>
        operations.Take(Count).OrderBy(static operation => operation.Thread);
}

// An operation of a history: what was called, what came out, and what had ended before it began.
/// <summary>An operation.</summary>
/// <param name="Thread">Who called it.</param>
/// <param name="Operation">What was called.</param>
/// <param name="Argument">Its argument.</param>
/// <param name="Result">Its result.</param>
/// <param name="Before">The operations that came before it, a bit for each in the order of the history.</param>
public readonly record struct OperationRecord(
    int Thread, PrimitiveOperation Operation, long Argument, long Result, ulong Before);
