// A queue of pending signals (posix/subsystem/src/process.cpp, SignalQueue): per signal a count, since Managarm queues standard
// signals and merges none (suspect S14 of docs/windows.md); where they merge the count is never more than one. Indexed by
// SignalTable, whose order is the order of signal numbers, so the lowest number is fetched first.

using System.Numerics;
using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Events;

namespace Managarm.Perf.Servers.Posix;

/// <summary>Pending signals of a thread or of a process.</summary>
public struct SignalQueue
{
    /// <summary>Signals with at least one pending instance, by table index.</summary>
    public ushort Active;

    /// <summary>Rings on every issue.</summary>
    public Bell Bell;

    /// <summary>Number of pending instances.</summary>
    public SignalCounts Counts;

    /// <summary>Adds an instance; past 255 it is dropped, as a bounded queue must.</summary>
    /// <param name="signal">Table index.</param>
    /// <param name="merges">Whether one that is pending already stands for it, too.</param>
    public void Add(int signal, bool merges)
    {
        if (Counts[signal] < (merges ? 1 : byte.MaxValue))
        {
            Counts[signal]++;
        }

        Active |= (ushort)(1 << signal);
    }

    /// <summary>Takes one instance of the lowest signal in a set.</summary>
    /// <param name="allowed">Set by table index.</param>
    /// <returns>Table index, or -1.</returns>
    public int TryTake(ushort allowed)
    {
        int set = Active & allowed;
        if (set == 0)
        {
            return -1;
        }

        int signal = BitOperations.TrailingZeroCount(set);
        if (--Counts[signal] == 0)
        {
            Active &= (ushort)~(1 << signal);
        }

        return signal;
    }

    /// <summary>Drops all instances of a signal.</summary>
    /// <param name="signal">Table index.</param>
    public void Discard(int signal)
    {
        Counts[signal] = 0;
        Active &= (ushort)~(1 << signal);
    }
}

/// <summary>Counts per signal.</summary>
[InlineArray(SignalTable.Count)]
public struct SignalCounts
{
    private byte first;
}
