// Interrupt pins between the I/O APIC and interrupt objects: which interrupts a driver sees, what its answers do to the pin,
// and that a driver which serves its device until it is quiet and then answers never leaves a level-triggered line unserved.

using FsCheck;
using FsCheck.Fluent;
using Managarm.Perf.Core;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.KernelObjects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Thor;

namespace Managarm.Perf.Hardware.Tests.Thor;

public sealed class InterruptPinsTests
{
    private const int Level = 16;
    private const int Edge = 5;

    [Fact]
    public void A_level_interrupt_masks_its_pin_until_it_is_answered()
    {
        using var test = new PinWorld();
        Handle<KernelEvent> driver = test.Attach(Level);
        test.Drive(Level, isHigh: true);
        test.Settle();
        Assert.Equal(1ul, test.SequenceOf(driver));
        Assert.Equal(PinMasks.ForService, test.Pins[Level].Masks);
        test.Settle();
        Assert.Equal(1ul, test.SequenceOf(driver));
        test.Drive(Level, isHigh: false);
        Assert.Equal(HelError.None, test.Answer(driver, IrqAnswer.Acknowledge));
        test.Settle();
        Assert.Equal(1ul, test.SequenceOf(driver));
        Assert.Equal(PinMasks.None, test.Pins[Level].Masks);
    }

    [Theory]
    [InlineData(Defect.Count, 2ul)]
    [InlineData(Defect.PinStaysMasked, 1ul)]
    public void A_line_that_still_stands_fires_again_after_the_answer(Defect defect, ulong expected)
    {
        using var test = new PinWorld(PinWorld.With(defect));
        Handle<KernelEvent> driver = test.Attach(Level);
        test.Drive(Level, isHigh: true);
        test.Settle();
        test.Answer(driver, IrqAnswer.Acknowledge);
        test.Settle();
        Assert.Equal(expected, test.SequenceOf(driver));
    }

    [Theory]
    [InlineData(Defect.Count, 2ul)]
    [InlineData(Defect.EdgeNotBuffered, 1ul)]
    public void One_edge_that_comes_during_service_is_kept_and_a_third_masks(Defect defect, ulong expected)
    {
        using var test = new PinWorld(PinWorld.With(defect));
        Handle<KernelEvent> driver = test.Attach(Edge);
        for (int edge = 0; edge < 3; edge++)
        {
            test.Pulse(Edge);
            test.Settle();
        }

        Assert.Equal(1ul, test.SequenceOf(driver));
        Assert.Equal(expected == 2 ? PinMasks.WhileBuffered : PinMasks.None, test.Pins[Edge].Masks);
        test.Answer(driver, IrqAnswer.Acknowledge);
        test.Settle();
        Assert.Equal(expected, test.SequenceOf(driver));
        Assert.Equal(PinMasks.None, test.Pins[Edge].Masks);
    }

    [Fact]
    public void Service_ends_with_the_last_answer_and_one_acknowledge_is_enough()
    {
        using var test = new PinWorld();
        Handle<KernelEvent> first = test.Attach(Level);
        Handle<KernelEvent> second = test.Attach(Level);
        test.Drive(Level, isHigh: true);
        test.Settle();
        test.Drive(Level, isHigh: false);
        test.Answer(first, IrqAnswer.Nack);
        Assert.True(test.Pins[Level].IsInService);
        test.Answer(second, IrqAnswer.Acknowledge);
        Assert.False(test.Pins[Level].IsInService);
        Assert.Equal(PinMasks.None, test.Pins[Level].Masks);
    }

    [Fact]
    public void An_interrupt_that_nobody_wants_masks_the_pin_for_a_time_that_doubles()
    {
        using var test = new PinWorld();
        Handle<KernelEvent> driver = test.Attach(Level);
        test.Drive(Level, isHigh: true);
        long expected = 50;
        for (ulong round = 1; round <= 11; round++)
        {
            test.Settle();
            Assert.Equal(round, test.SequenceOf(driver));
            test.Answer(driver, IrqAnswer.Nack);
            Assert.Equal(PinMasks.ForNack, test.Pins[Level].Masks);
            long before = test.Timers.NowTicks;
            Assert.True(test.Pass());
            Assert.Equal(expected, test.Timers.NowTicks - before);
            expected = Math.Min(expected * 2, 50 << 8);
        }
    }

    [Fact]
    public void A_kick_unmasks_whatever_the_sequence_says()
    {
        using var test = new PinWorld();
        Handle<KernelEvent> driver = test.Attach(Level);
        test.Drive(Level, isHigh: true);
        test.Settle();
        test.Answer(driver, IrqAnswer.Nack);
        Assert.Equal(HelError.None, test.World.KernelEvents.Acknowledge(driver, IrqAnswer.Kick, 99));
        Assert.Equal(PinMasks.None, test.Pins[Level].Masks);
        test.Settle();
        Assert.Equal(2ul, test.SequenceOf(driver));
    }

    [Fact]
    public void An_answer_must_name_the_present_interrupt_and_comes_once()
    {
        using var test = new PinWorld();
        Handle<KernelEvent> driver = test.Attach(Level);
        test.Drive(Level, isHigh: true);
        test.Settle();
        Assert.Equal(HelError.IllegalArgs, test.World.KernelEvents.Acknowledge(driver, IrqAnswer.Acknowledge, 0));
        test.Drive(Level, isHigh: false);
        Assert.Equal(HelError.None, test.Answer(driver, IrqAnswer.Acknowledge));
        Assert.Equal(HelError.IllegalArgs, test.Answer(driver, IrqAnswer.Acknowledge));
    }

    [Fact]
    public void A_driver_that_goes_away_owes_no_answer()
    {
        using var test = new PinWorld();
        Handle<KernelEvent> stays = test.Attach(Level);
        Handle<KernelEvent> goes = test.Attach(Level);
        test.Drive(Level, isHigh: true);
        test.Settle();
        test.Drive(Level, isHigh: false);
        test.Answer(stays, IrqAnswer.Acknowledge);
        test.Detach(goes);
        Assert.False(test.Pins[Level].IsInService);
        Assert.Equal(1, test.Pins[Level].SinkCount);
    }

    [Theory]
    [InlineData(Defect.Count, false)]
    [InlineData(Defect.PinKeepsGoneSink, true)]
    public void A_pin_forgets_a_driver_that_is_gone(Defect defect, bool panics)
    {
        using var test = new PinWorld(PinWorld.With(defect));
        test.Detach(test.Attach(Level));
        test.Drive(Level, isHigh: true);
        test.Settle();
        Assert.Equal(panics ? PanicCode.InterruptSinkGone : PanicCode.None, test.World.PanicCode);
    }

    [Fact]
    public void No_level_interrupt_is_lost()
    {
        using var test = new PinWorld();
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), script =>
        {
            test.Reset();
            Handle<KernelEvent> driver = test.Attach(Level);
            int waiting = 0;
            int served = 0;
            int arrived = 0;
            ulong seen = 0;
            foreach (byte step in script)
            {
                switch (step & 3)
                {
                    case 0:
                        waiting++;
                        arrived++;
                        test.Drive(Level, isHigh: true);
                        break;
                    case 1:
                        test.Settle();
                        break;
                    default:
                        Serve(test, driver, ref seen, ref waiting, ref served);
                        break;
                }
            }

            for (int round = 0; round < 4; round++)
            {
                test.Settle();
                Serve(test, driver, ref seen, ref waiting, ref served);
            }

            return served == arrived;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithStartSize(1).WithEndSize(100).WithReplay(1, 3));
    }

    private static void Serve(PinWorld test, Handle<KernelEvent> driver, ref ulong seen, ref int waiting, ref int served)
    {
        if (test.SequenceOf(driver) == seen)
        {
            return;
        }

        seen = test.SequenceOf(driver);
        served += waiting;
        waiting = 0;
        test.Drive(Level, isHigh: false);
        test.Answer(driver, IrqAnswer.Acknowledge);
    }
}
