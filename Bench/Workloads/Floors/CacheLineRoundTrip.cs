// A number to another core and back through one cache line each way, with the waiting that the rings use. No message between two
// cores can be answered faster, so this is the floor of every round trip.

using System.Runtime.InteropServices;
using Managarm.Perf.Bench.Workloads.Threads;

namespace Managarm.Perf.Bench.Workloads.Floors;

/// <summary>Round trip of a bare cache line between two cores.</summary>
public sealed unsafe class CacheLineRoundTrip : IWorkload, IPartnerBody
{
    private const int LinePairBytes = 128;

    private readonly Partner partner;
    private long* request;
    private long* reply;

    public CacheLineRoundTrip()
    {
        partner = new Partner(this);
    }

    /// <inheritdoc/>
    public string Name => "floor-cache-line-round-trip";

    /// <inheritdoc/>
    public string Summary => "floor: one cache line to another core, another one back";

    /// <inheritdoc/>
    public string Unit => "round trip";

    /// <inheritdoc/>
    public int Threads => 2;

    /// <inheritdoc/>
    public void Prepare()
    {
        request = (long*)NativeMemory.AlignedAlloc(2 * LinePairBytes, LinePairBytes);
        NativeMemory.Clear(request, 2 * LinePairBytes);
        reply = request + (LinePairBytes / sizeof(long));
        partner.Begin();
    }

    /// <inheritdoc/>
    public long Run(int operations)
    {
        long first = *request;
        partner.Start(operations);
        for (int operation = 1; operation <= operations; operation++)
        {
            Volatile.Write(ref *request, first + operation);
            Await(ref *reply, first + operation);
        }

        return *request + partner.Join();
    }

    /// <inheritdoc/>
    public long RunPartner(int operations)
    {
        long first = *reply;
        for (int operation = 1; operation <= operations; operation++)
        {
            Await(ref *request, first + operation);
            Volatile.Write(ref *reply, first + operation);
        }

        return operations;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        partner.Dispose();
        NativeMemory.AlignedFree(request);
        request = null;
    }

    private static void Await(ref long word, long value)
    {
        var spin = default(BoundedSpin);
        while (Volatile.Read(ref word) != value)
        {
            spin.Once();
        }
    }
}
