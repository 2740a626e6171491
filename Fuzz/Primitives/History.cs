// What the threads of one interleaving called and got, with real-time order. An operation begins with its first access, not
// with its call: that makes the intervals as short as they can be, so a history is judged as strictly as any execution with
// these accesses could be.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>A growing list of operations that can be cut back to an earlier length.</summary>
internal sealed class History
{
    private const int OperationsMax = 64;

    private readonly OperationRecord[] operations = new OperationRecord[OperationsMax];
    private readonly byte[] events = new byte[2 * OperationsMax];
    private int eventCount;

    /// <summary>The operations, in the order of their invocations; those that are not finished have no response.</summary>
    internal ReadOnlySpan<OperationRecord> Operations => operations.AsSpan(0, Count);

    /// <summary>Number of operations that have begun.</summary>
    internal int Count { get; private set; }

    /// <summary>Number of invocations and responses so far.</summary>
    internal int Length => eventCount;

    /// <summary>An operation begins.</summary>
    /// <returns>Its number.</returns>
    internal int Invoke(int thread, PrimitiveOperation operation, long argument)
    {
        Verify.That(Count < OperationsMax, "a client has too many operations");
        operations[Count] = new OperationRecord(thread, operation, argument, 0, eventCount, int.MaxValue);
        events[eventCount++] = (byte)Count;
        return Count++;
    }

    /// <summary>An operation ends.</summary>
    internal void Respond(int number, long result)
    {
        operations[number] = operations[number] with { Result = result, Responded = eventCount };
        events[eventCount++] = (byte)number;
    }

    /// <summary>Forgets everything after a length.</summary>
    /// <param name="length">An earlier <see cref="Length"/>.</param>
    internal void Truncate(int length)
    {
        while (eventCount > length)
        {
            int number = events[--eventCount];
            if (operations[number].Invoked == eventCount)
            {
                Count--;
            }
            else
            {
                operations[number] = operations[number] with { Responded = int.MaxValue };
            }
        }
    }

    /// <summary>The results of each thread in order, as one line.</summary>
    internal string Results() => string.Join(' ', InOrderOfThreads().Select(static operation =>
        $"{operation.Thread}:{operation.Operation}({operation.Argument})={operation.Result}"));

    /// <summary>The results, and for each operation how many had ended before it began: all that linearizability sees.</summary>
    internal string Outcome() => Results() + " after " + string.Join(' ', InOrderOfThreads().Select(later =>
        InOrderOfThreads().Count(earlier => earlier.Responded < later.Invoked)));

    private IEnumerable<OperationRecord> InOrderOfThreads() =>
        operations.Take(Count).OrderBy(static operation => operation.Thread);
}
