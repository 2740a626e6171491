// The thirteen signals of the model by dense index: number, name, what happens by default. Scenarios, arguments and masks
// use the index (a mask over the table is 16 bits wide); servers that model 64-bit kernel masks convert here, once and in
// one place. A kernel mask has bit number-1 for a signal, as sigset_t has. The order of the rows is part of the byte
// format.

namespace Managarm.Perf.Core.Calls;

/// <summary>Dense index, number, name and default action of every signal of the model.</summary>
public static class SignalTable
{
    /// <summary>The number of signals in the table.</summary>
    public const int Count = 13;

    /// <summary>A mask with every signal of the table.</summary>
    public const ushort AllMask = (1 << Count) - 1;

    private static readonly SignalNumber[] Numbers =
    [
        SignalNumber.Hup, SignalNumber.Int, SignalNumber.Kill, SignalNumber.Usr1, SignalNumber.Usr2, SignalNumber.Pipe,
        SignalNumber.Alrm, SignalNumber.Term, SignalNumber.Chld, SignalNumber.Urg, SignalNumber.Winch, SignalNumber.Rt0,
        SignalNumber.Rt1,
    ];

    private static readonly string[] Names =
        ["HUP", "INT", "KILL", "USR1", "USR2", "PIPE", "ALRM", "TERM", "CHLD", "URG", "WINCH", "RT0", "RT1"];

    /// <summary>The number of the signal with this index.</summary>
    public static SignalNumber NumberAt(int index) => Numbers[index];

    /// <summary>The name of the signal with this index, without <c>SIG</c>.</summary>
    public static string NameAt(int index) => Names[index];

    /// <summary>The index of <paramref name="number"/>, or -1.</summary>
    public static int IndexOf(SignalNumber number)
    {
        for (var i = 0; i < Numbers.Length; i++)
        {
            if (Numbers[i] == number)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The index of the signal with this name, with or without <c>SIG</c>, or -1.</summary>
    public static int IndexOf(ReadOnlySpan<char> name)
    {
        var bare = name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
        for (var i = 0; i < Names.Length; i++)
        {
            if (bare.SequenceEqual(Names[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The table mask that holds only the signal with this index.</summary>
    public static ushort MaskOf(int index) => (ushort)(1 << index);

    /// <summary>The kernel mask (bit number-1) that holds only <paramref name="number"/>.</summary>
    public static ulong KernelMaskOf(SignalNumber number) => 1UL << ((int)number - 1);

    /// <summary>Converts a table mask to a kernel mask (bit number-1 per signal).</summary>
    public static ulong ToKernelMask(ushort tableMask)
    {
        var mask = 0UL;
        for (var i = 0; i < Count; i++)
        {
            if ((tableMask & MaskOf(i)) != 0)
            {
                mask |= KernelMaskOf(Numbers[i]);
            }
        }

        return mask;
    }

    /// <summary>Converts a kernel mask to a table mask; signals that the table lacks are dropped.</summary>
    public static ushort FromKernelMask(ulong kernelMask)
    {
        var mask = 0;
        for (var i = 0; i < Count; i++)
        {
            if ((kernelMask & KernelMaskOf(Numbers[i])) != 0)
            {
                mask |= MaskOf(i);
            }
        }

        return (ushort)mask;
    }

    /// <summary>Whether the default action of the signal is to do nothing; all others terminate.</summary>
    public static bool IsIgnoredByDefault(SignalNumber number) =>
        number is SignalNumber.Chld or SignalNumber.Urg or SignalNumber.Winch;

    /// <summary>Whether the signal can be caught, ignored and blocked.</summary>
    public static bool IsCatchable(SignalNumber number) => number != SignalNumber.Kill;

    /// <summary>Whether several instances of the signal are queued rather than collapsed into one.</summary>
    public static bool IsQueued(SignalNumber number) => number >= SignalNumber.Rt0;
}
