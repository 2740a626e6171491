// The tables of calls, signals and errors: names find their rows, masks convert, sets behave.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Corpus.Tests.Calls;

public sealed class TablesTests
{
    [Fact]
    public void Every_call_is_found_by_its_name_and_fits_the_byte_format()
    {
        for (var i = 1; i < CallTable.Count; i++)
        {
            var kind = (CallKind)i;
            Assert.Equal(kind, CallTable.Find(CallTable.Of(kind).Name));
            Assert.True(CallTable.Of(kind).ArgumentCount <= Call.ArgumentCount);
            Assert.True(CallTable.Of(kind).IsBlocking || !CallTable.Of(kind).IsInterruptible);
        }

        Assert.Equal(CallKind.None, CallTable.Find(""));
    }

    [Fact]
    public void Signals_have_linux_numbers_and_masks_convert_both_ways()
    {
        for (var i = 0; i < SignalTable.Count; i++)
        {
            Assert.Equal(i, SignalTable.IndexOf(SignalTable.NameAt(i)));
            Assert.Equal(i, SignalTable.IndexOf("SIG" + SignalTable.NameAt(i)));
            Assert.Equal(i, SignalTable.IndexOf(SignalTable.NumberAt(i)));
        }

        for (var mask = 0; mask <= SignalTable.AllMask; mask++)
        {
            Assert.Equal(mask, SignalTable.FromKernelMask(SignalTable.ToKernelMask((ushort)mask)));
        }

        Assert.Equal(1UL << 34, SignalTable.KernelMaskOf(SignalNumber.Rt1));
    }

    [Fact]
    public void Errors_have_one_row_each_and_a_set_of_them_fits_a_word()
    {
        Assert.True(ErrnoTable.Count <= 32);
        for (var i = 0; i < ErrnoTable.Count; i++)
        {
            Assert.Equal(i, ErrnoTable.IndexOf(ErrnoTable.At(i)));
            Assert.Equal(i, ErrnoTable.IndexOf(ErrnoTable.NameAt(i)));
            Assert.Equal(ErrnoTable.At(i).ToString(), ErrnoTable.NameAt(i));
        }
    }

    [Fact]
    public void Numbers_of_a_result_set_stay_ascending()
    {
        var allowed = default(AllowedResults);
        Assert.True(allowed.TryAddValue(9));
        Assert.True(allowed.TryAddValue(255));
        Assert.True(allowed.TryAddValue(0));
        Assert.False(allowed.TryAddValue(9));
        Assert.True(allowed.TryAddValue(10));
        Assert.False(allowed.TryAddValue(11));
        Assert.False(allowed.TryAddValue(256));
        Assert.Equal([0, 9, 10, 255], Enumerable.Range(0, allowed.ValueCount).Select(allowed.ValueAt));
    }

    [Fact]
    public void A_short_name_holds_fifteen_characters()
    {
        Assert.True(ShortName.TryCreate("abcdefghijklmno", out var name));
        Assert.Equal("abcdefghijklmno", name.ToString());
        Assert.Equal(15, name.Length);
        Assert.False(ShortName.TryCreate("abcdefghijklmnop", out _));
        Assert.False(ShortName.TryCreate("", out _));
        Assert.False(ShortName.TryCreate("a b", out _));
        Assert.False(ShortName.TryCreate("\u00E9", out _));
        Assert.Equal("A12", ShortName.Of("A", 12).ToString());
    }
}
