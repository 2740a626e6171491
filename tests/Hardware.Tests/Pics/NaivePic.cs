// One 8259A written down from its data sheet with sets and an ordered list in place of bits and ranks: to find the request that
// gets through, it walks down the list of priorities until it meets one that asks or one that is in service. The model is held
// against two of them.

namespace Managarm.Perf.Hardware.Tests.Pics;

/// <summary>Reference for one controller in 8086 mode.</summary>
internal sealed class NaivePic(bool isMaster, int vectorBase, bool endsAutomatically, bool nestsSpecially)
{
    private const int Slave = 2;

    private readonly HashSet<int> edges = [];
    private readonly HashSet<int> service = [];
    private readonly HashSet<int> high = [];
    private readonly List<int> order = [0, 1, 2, 3, 4, 5, 6, 7];
    private HashSet<int>? polled;
    private int mask;
    private int levels;
    private bool specialMask;
    private bool rotates;
    private bool readsService;

    internal bool Interrupts => Choose(Requests()) is not null;

    internal void Drive(int input, bool isHigh)
    {
        if (isHigh && high.Add(input))
        {
            edges.Add(input);
        }
        else if (!isHigh && high.Remove(input))
        {
            edges.Remove(input);
        }
    }

    internal void Levels(int value) => levels = value & (isMaster ? 0xf8 : 0xde);

    internal int ReadLevels() => levels;

    internal void Mask(int value) => mask = value;

    /// <summary>The input that is acknowledged, if any asks.</summary>
    internal int? Acknowledge(HashSet<int>? requests = null)
    {
        int? input = Choose(requests ?? Requests());
        if (input is int found)
        {
            edges.Remove(found);
            service.Add(found);
        }

        return input;
    }

    internal int Finish(int? input)
    {
        if (input is int found && endsAutomatically)
        {
            End(found, rotates);
        }

        return vectorBase + (input ?? 7);
    }

    internal int Read(bool isData, out bool isPoll)
    {
        isPoll = polled is not null;
        if (isPoll)
        {
            int? input = Acknowledge(polled);
            polled = null;
            _ = Finish(input);
            return input is int found ? 0x80 + found : 7;
        }

        return isData ? mask : ToByte(readsService ? service : Requests());
    }

    internal void Status(int value)
    {
        specialMask = (value & 0x40) != 0 ? (value & 0x20) != 0 : specialMask;
        readsService = (value & 2) != 0 ? (value & 1) != 0 : readsService;
        polled = (value & 4) != 0 ? Requests() : polled;
    }

    internal void Command(int value)
    {
        int input = value & 7;
        int? highest = order.Cast<int?>().FirstOrDefault(candidate => Blocks(candidate!.Value));
        switch (value >> 5)
        {
            case 0 or 4:
                rotates = value >> 5 == 4;
                break;
            case 1 or 5 when highest is int found:
                End(found, value >> 5 == 5);
                break;
            case 3 or 7:
                End(input, value >> 5 == 7);
                break;
            case 6:
                MakeLowest(input);
                break;
        }
    }

    private HashSet<int> Requests() =>
        [.. Enumerable.Range(0, 8).Where(input => ((levels >> input) & 1) != 0 ? high.Contains(input) : edges.Contains(input))];

    private int? Choose(HashSet<int> requests)
    {
        foreach (int input in order)
        {
            bool asks = requests.Contains(input) && !IsMasked(input);
            bool blocks = Blocks(input);
            if (asks && (!blocks || (nestsSpecially && isMaster && input == Slave)))
            {
                return input;
            }

            if (blocks)
            {
                return null;
            }
        }

        return null;
    }

    private bool Blocks(int input) => service.Contains(input) && !(specialMask && IsMasked(input));

    private bool IsMasked(int input) => ((mask >> input) & 1) != 0;

    private void End(int input, bool becomesLowest)
    {
        service.Remove(input);
        if (becomesLowest)
        {
            MakeLowest(input);
        }
    }

    private void MakeLowest(int input)
    {
        while (order[^1] != input)
        {
            order.Add(order[0]);
            order.RemoveAt(0);
        }
    }

    private static int ToByte(IEnumerable<int> inputs) => inputs.Sum(input => 1 << input);
}
