// The same storm on the framework's priority queue: take the pending interrupt of the highest priority, count it, and let it be
// pending again. It is the floor of what any model of interrupts has to do.

using Managarm.Perf.Hardware;

namespace Managarm.Perf.Bench.Workloads.Hardware;

/// <summary>Interrupts that never end, on a priority queue.</summary>
public sealed class StormQueue : IWorkload
{
    private readonly PriorityQueue<int, int> pending = new(MachineMap.SerialPortCount);
    private readonly long[] handled = new long[MachineMap.SerialPortCount];
    private int round;

    /// <inheritdoc/>
    public string Name => "storm-queue";

    /// <inheritdoc/>
    public string Summary => "8 pending interrupts on System.Collections.Generic.PriorityQueue";

    /// <inheritdoc/>
    public string Unit => "interrupt";

    /// <inheritdoc/>
    public void Prepare()
    {
        for (int port = 0; port < MachineMap.SerialPortCount; port++)
        {
            pending.Enqueue(port, -port);
        }
    }

    /// <inheritdoc/>
    public long Run(int operations)
    {
        for (int operation = 0; operation < operations; operation++)
        {
            int port = pending.Dequeue();
            handled[port]++;
            pending.Enqueue(port, ++round);
        }

        return handled[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
