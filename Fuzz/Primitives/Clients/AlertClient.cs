// A waiter sleeps until it is alerted, and ignores the other bit, as mlibc's drive ignores the bit that supplies submission
// chunks. One thread sets the ignored bit, another the alert. The alert is sticky: it may come before the waiter looks. Each bit
// is set once and therefore new; whether the word said so is not judged as such, only whether the waiter wakes.

using Managarm.Perf.Core.Sync;
using Managarm.Perf.Fuzz.Primitives.Specifications;

namespace Managarm.Perf.Fuzz.Primitives.Clients;

/// <summary>Client of notify word and park word together.</summary>
internal sealed unsafe class AlertClient : IPrimitiveClient
{
    private const long Supply = 1 << 1;
    private const long Alert = 1 << 15;
    private const int Waiter = 0;

    /// <inheritdoc/>
    public string Name => "alert";

    /// <inheritdoc/>
    public string Primitive => "ParkWord";

    /// <inheritdoc/>
    public string Summary => "an alert, an ignored bit, a waiter that sleeps";

    /// <inheritdoc/>
    public int Threads => 3;

    /// <inheritdoc/>
    public nuint Bytes => 2 * sizeof(long);

    /// <inheritdoc/>
    public ISpecification Specification { get; } = new BitsSpecification();

    /// <inheritdoc/>
    public ClientBody Prepare(byte* memory)
    {
        long* words = (long*)memory;
        return (thread, run) => Run(words, thread, run);
    }

    /// <inheritdoc/>
    public string NameOf(int offset) => offset == 0 ? "the notify word" : "the park word";

    private static void Run(long* words, int thread, InterleavingSearch run)
    {
        if (thread == Waiter)
        {
            Wait(words, run);
        }
        else
        {
            Set(words, thread == 1 ? Alert : Supply, run);
        }
    }

    private static void Wait(long* words, InterleavingSearch run)
    {
        while (true)
        {
            run.Begin(PrimitiveOperation.ClearBits, Alert);
            long found = NotifyWord<ExploreSync>.Clear(ref words[0], Alert);
            run.End(found);
            if (found != 0)
            {
                return;
            }

            if (ParkWord<ExploreSync>.TryPark(ref words[1], ref words[0], Alert))
            {
                run.Sleep();
            }
        }
    }

    private static void Set(long* words, long bits, InterleavingSearch run)
    {
        run.Begin(PrimitiveOperation.SetBits, bits);
        bool isNew = NotifyWord<ExploreSync>.Raise(ref words[0], bits);
        run.End(1);
        if (isNew && ParkWord<ExploreSync>.Unpark(ref words[1]))
        {
            run.Wake(Waiter);
        }
    }
}
