// The results a scenario line accepts after `=`. Up to four numbers, any children (for calls that return a process), any
// error numbers, `ok` for every success, `blocked` for a call that never returns. A line without `=` accepts everything
// that the profile in force accepts; then nothing is specified here. The numbers are kept ascending, so equal sets are
// equal bit by bit.

namespace Managarm.Perf.Core.Calls;

/// <summary>The set of results a scenario line accepts; unmanaged.</summary>
public struct AllowedResults
{
    /// <summary>The greatest number of plain numbers in a set.</summary>
    public const int MaximumValues = 4;

    /// <summary>The greatest plain number.</summary>
    public const int MaximumValue = 255;

    private const byte OkFlag = 1;
    private const byte BlockedFlag = 2;

    private uint errnos;
    private uint values;
    private uint children;
    private byte valueCount;
    private byte flags;

    /// <summary>Whether the line restricts its result at all.</summary>
    public readonly bool IsSpecified => (errnos | children | valueCount | flags) != 0;

    /// <summary>Whether every success is accepted.</summary>
    public readonly bool AllowsAnySuccess => (flags & OkFlag) != 0;

    /// <summary>Whether the call may stay blocked for ever.</summary>
    public readonly bool AllowsBlocked => (flags & BlockedFlag) != 0;

    /// <summary>Accepted error numbers, bit by row of <see cref="ErrnoTable"/>.</summary>
    public readonly uint Errnos => errnos;

    /// <summary>Accepted processes, bit by strand.</summary>
    public readonly uint Children => children;

    /// <summary>How many plain numbers there are.</summary>
    public readonly int ValueCount => valueCount;

    /// <summary>The plain number at <paramref name="index"/>, ascending.</summary>
    public readonly int ValueAt(int index) => (int)((values >> (index * 8)) & 0xFF);

    /// <summary>
    /// Whether <paramref name="result"/> is in the set: a success value when >= 0 (processes by <see cref="ProcessNumber"/>),
    /// a negated
    /// error number otherwise. An unspecified set contains every result.
    /// </summary>
    public readonly bool Contains(long result)
    {
        if (!IsSpecified)
        {
            return true;
        }

        return result < 0 ? ContainsErrno(result) : ContainsSuccess(result);
    }

    /// <summary>Adds a plain number from 0 to 255; false when it is there already or the set is full.</summary>
    public bool TryAddValue(int value)
    {
        if (valueCount == MaximumValues || value is < 0 or > MaximumValue)
        {
            return false;
        }

        var at = 0;
        while (at < valueCount && ValueAt(at) < value)
        {
            at++;
        }

        if (at < valueCount && ValueAt(at) == value)
        {
            return false;
        }

        var below = (1UL << (at * 8)) - 1;
        values = (uint)((values & below) | ((uint)value << (at * 8)) | ((values & ~below) << 8));
        valueCount++;
        return true;
    }

    /// <summary>Adds the child with this strand; false when it is there already.</summary>
    public bool TryAddChild(int strand)
    {
        var bit = 1U << strand;
        if ((children & bit) != 0)
        {
            return false;
        }

        children |= bit;
        return true;
    }

    /// <summary>Adds the error number in row <paramref name="errnoIndex"/>; false when it is there already.</summary>
    public bool TryAddErrno(int errnoIndex)
    {
        var bit = 1U << errnoIndex;
        if ((errnos & bit) != 0)
        {
            return false;
        }

        errnos |= bit;
        return true;
    }

    /// <summary>Adds every success; false when it is there already.</summary>
    public bool TryAddAnySuccess() => TryAddFlag(OkFlag);

    /// <summary>Adds the call that stays blocked; false when it is there already.</summary>
    public bool TryAddBlocked() => TryAddFlag(BlockedFlag);

    /// <summary>Replaces the set of children, bit by strand.</summary>
    public void SetChildren(uint children) => this.children = children;

    /// <summary>Whether both sets accept the same results in the same words.</summary>
    public readonly bool ContentEquals(in AllowedResults other) =>
        errnos == other.errnos && values == other.values && children == other.children
        && valueCount == other.valueCount && flags == other.flags;

    private readonly bool ContainsErrno(long result)
    {
        var index = result < -byte.MaxValue ? -1 : ErrnoTable.IndexOf((Errno)(-result));
        return index >= 0 && (errnos & (1U << index)) != 0;
    }

    private readonly bool ContainsSuccess(long result)
    {
        if (AllowsAnySuccess)
        {
            return true;
        }

        var strand = ProcessNumber.StrandOf(result);
        if (strand >= 0)
        {
            return (children & (1U << strand)) != 0;
        }

        for (var i = 0; i < valueCount; i++)
        {
            if (ValueAt(i) == result)
            {
                return true;
            }
        }

        return false;
    }

    private bool TryAddFlag(byte flag)
    {
        if ((flags & flag) != 0)
        {
            return false;
        }

        flags |= flag;
        return true;
    }
}
