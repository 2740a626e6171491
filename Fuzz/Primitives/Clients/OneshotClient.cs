// A waiter, a raiser and a canceller of one event. Both of the latter write what they have to say into plain memory first, as
// a server writes a result before it raises; the waiter reads it when it is told, or when it finds the event settled. The raiser
// also tries a handle of an earlier generation, which must do nothing.

using Managarm.Perf.Core.Events;
using Managarm.Perf.Fuzz.Primitives.Specifications;

namespace Managarm.Perf.Fuzz.Primitives.Clients;

/// <summary>Client of the oneshot event.</summary>
internal sealed unsafe class OneshotClient : IPrimitiveClient
{
    private const uint Generation = 7;
    private const uint StaleGeneration = 6;
    private const int Waiter = 1;
    private const int EventWord = 0;
    private const int RaisedWord = 1;
    private const int CancelledWord = 2;

    /// <inheritdoc/>
    public string Name => "oneshot";

    /// <inheritdoc/>
    public string Primitive => "OneshotWord";

    /// <inheritdoc/>
    public string Summary => "await, raise (stale, then right), cancel; the waiter sleeps";

    /// <inheritdoc/>
    public int Threads => 3;

    /// <inheritdoc/>
    public nuint Bytes => 3 * sizeof(long);

    /// <inheritdoc/>
    public ISpecification Specification { get; } = new OneshotSpecification(Generation, Waiter);

    /// <inheritdoc/>
    public ClientBody Prepare(byte* memory)
    {
        long* words = (long*)memory;
        words[EventWord] = OneshotWord<ExploreSync>.Fresh(Generation);
        return (thread, run) => Run(words, thread, run);
    }

    /// <inheritdoc/>
    public string NameOf(int offset) => (offset / sizeof(long)) switch
    {
        EventWord => "the event",
        RaisedWord => "what the raiser wrote",
        _ => "what the canceller wrote",
    };

    private static void Run(long* words, int thread, InterleavingSearch run)
    {
        switch (thread)
        {
            case 0:
                Wait(words, run);
                break;
            case 1:
                ExploreSync.Write(ref words[RaisedWord], 1);
                Raise(words, StaleGeneration, run);
                Raise(words, Generation, run);
                break;
            default:
                ExploreSync.Write(ref words[CancelledWord], 1);
                Cancel(words, run);
                break;
        }
    }

    private static void Wait(long* words, InterleavingSearch run)
    {
        run.Begin(PrimitiveOperation.Await, Generation);
        OneshotResult result = OneshotWord<ExploreSync>.Await(ref words[EventWord], Generation, Waiter);
        run.End((long)result);
        if (result == OneshotResult.Pending)
        {
            run.Sleep();
            run.Begin(PrimitiveOperation.Ask, Generation);
            result = OneshotWord<ExploreSync>.Peek(ref words[EventWord], Generation);
            run.End((long)result);
        }

        if (result is OneshotResult.Raised or OneshotResult.Cancelled)
        {
            int word = result == OneshotResult.Raised ? RaisedWord : CancelledWord;
            run.Require(ExploreSync.Read(ref words[word]) == 1, "the waiter is told and does not see what was written before");
        }
    }

    private static void Raise(long* words, uint generation, InterleavingSearch run)
    {
        run.Begin(PrimitiveOperation.Raise, generation);
        OneshotResult result = OneshotWord<ExploreSync>.Raise(ref words[EventWord], generation, out int waiter);
        run.End(OneshotSpecification.Encode(result, waiter));
        Tell(waiter, run);
    }

    private static void Cancel(long* words, InterleavingSearch run)
    {
        run.Begin(PrimitiveOperation.Cancel, Generation);
        OneshotResult result = OneshotWord<ExploreSync>.Cancel(ref words[EventWord], Generation, out int waiter);
        run.End(OneshotSpecification.Encode(result, waiter));
        Tell(waiter, run);
    }

    private static void Tell(int waiter, InterleavingSearch run)
    {
        if (waiter != 0)
        {
            run.Wake(waiter - Waiter);
        }
    }
}
