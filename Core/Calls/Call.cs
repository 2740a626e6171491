// One line of a scenario in flat form. What the five argument words mean is said by the row of CallTable: a resource index, a
// strand index, a signal index, a mask over the signal table, a number or one of the small enumerations; -1 is none. The
// struct is unmanaged and holds no links, so that scenarios copy as blocks; links between calls of a strand are in Scenario.

namespace Managarm.Perf.Core.Calls;

/// <summary>One call of a <see cref="Scenario"/>; unmanaged.</summary>
public struct Call
{
    /// <summary>The number of argument words.</summary>
    public const int ArgumentCount = 5;

    /// <summary>The strand that makes the call.</summary>
    public byte Strand;

    /// <summary>Which call it is.</summary>
    public CallKind Kind;

    /// <summary>The strand that must be blocked in a call before this one starts, or -1.</summary>
    public sbyte WhenBlocked;

    /// <summary>Whether <see cref="WhenBlocked"/> asks for more: that whoever serves the strand's call waits for it, or that the
    /// strand's end is visible. Means nothing without a condition.</summary>
    public bool WhenSettled;

    /// <summary>First thing the call creates: the read end of a pipe (resource), a child or a thread (strand); -1 for
    /// none.</summary>
    public sbyte Output0;

    /// <summary>Second thing the call creates: the write end of a pipe (resource); -1 for none.</summary>
    public sbyte Output1;

    /// <summary>First argument.</summary>
    public short Argument0;

    /// <summary>Second argument.</summary>
    public short Argument1;

    /// <summary>Third argument.</summary>
    public short Argument2;

    /// <summary>Fourth argument.</summary>
    public short Argument3;

    /// <summary>Fifth argument.</summary>
    public short Argument4;

    /// <summary>The results the scenario accepts.</summary>
    public AllowedResults Allowed;

    /// <summary>The first argument as a mask over <see cref="SignalTable"/> (<c>sigsuspend</c>).</summary>
    public readonly ushort Mask0 => (ushort)Argument0;

    /// <summary>The second argument as a mask over <see cref="SignalTable"/> (<c>sigprocmask</c>).</summary>
    public readonly ushort Mask1 => (ushort)Argument1;

    /// <summary>A call without condition and outputs, with the arguments a line without optional parts has.</summary>
    public static Call Of(int strand, CallKind kind)
    {
        var call = new Call
        {
            Strand = (byte)strand,
            Kind = kind,
            WhenBlocked = Scenario.None,
            Output0 = Scenario.None,
            Output1 = Scenario.None,
        };
        var description = CallTable.Of(kind);
        for (var i = 0; i < ArgumentCount; i++)
        {
            call.SetArgument(i, CallTable.DefaultOf(description.ArgumentAt(i)));
        }

        return call;
    }

    /// <summary>The argument at <paramref name="index"/>, 0 to 4.</summary>
    public readonly short Argument(int index) => index switch
    {
        0 => Argument0,
        1 => Argument1,
        2 => Argument2,
        3 => Argument3,
        _ => Argument4,
    };

    /// <summary>Sets the argument at <paramref name="index"/>, 0 to 4.</summary>
    public void SetArgument(int index, int value)
    {
        var word = (short)value;
        switch (index)
        {
            case 0: Argument0 = word; break;
            case 1: Argument1 = word; break;
            case 2: Argument2 = word; break;
            case 3: Argument3 = word; break;
            default: Argument4 = word; break;
        }
    }

    /// <summary>Whether both calls are the same word for word.</summary>
    public readonly bool ContentEquals(in Call other) =>
        Strand == other.Strand && Kind == other.Kind && WhenBlocked == other.WhenBlocked && Output0 == other.Output0
        && Output1 == other.Output1 && Argument0 == other.Argument0 && Argument1 == other.Argument1
        && Argument2 == other.Argument2 && Argument3 == other.Argument3 && Argument4 == other.Argument4
        && Allowed.ContentEquals(other.Allowed) && (WhenBlocked < 0 || WhenSettled == other.WhenSettled);
}
